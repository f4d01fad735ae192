import { DescribeAvailabilityZonesCommand, DescribeInstanceTypeOfferingsCommand } from '@aws-sdk/client-ec2';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../../domain/failure.ts';
import { ask } from '../../../aws/call.ts';
import type { AwsClients } from '../../../aws/clients.ts';

/** Zones that EKS puts no control plane into, by their ids, which are the same for every account (EKS user guide). */
const unsupportedZones = ['cac1-az3', 'use1-az3', 'usw1-az2'];

/** EKS asks for two; eksctl takes three where there are. */
const leastZones = 2;
const mostZones = 3;

/**
 * Zones for a cluster whose nodes are of an instance type, in order of their names: the same in every attempt.
 * @throws ApplicationFailure `InvalidTarget` when the region has the type in fewer than two zones
 */
export async function chooseZones(
  { ec2 }: AwsClients,
  region: string,
  instanceType: string,
): Promise<string[]> {
  const [known, offering] = await Promise.all([zonesOf(ec2), offeringZones(ec2, instanceType)]);
  const fit = known.filter((zone) => offering.has(zone));
  if (fit.length >= leastZones) return fit.slice(0, mostZones);
  const found = fit.length === 0 ? 'none' : `${fit.join(', ')} only`;
  throw ApplicationFailure.nonRetryable(
    `cluster.nodeGroup.instanceType: a cluster needs ${leastZones} zones that have ${instanceType}; of ${known.join(', ') || 'no zones'} in ${region}, ${found} ${fit.length === 0 ? 'has' : 'have'} it`,
    FailureType.invalidTarget,
  );
}

type Ec2 = AwsClients['ec2'];

async function zonesOf(ec2: Ec2): Promise<string[]> {
  const command = new DescribeAvailabilityZonesCommand({
    Filters: [
      { Name: 'state', Values: ['available'] },
      { Name: 'zone-type', Values: ['availability-zone'] },
      { Name: 'opt-in-status', Values: ['opt-in-not-required', 'opted-in'] },
    ],
  });
  const { AvailabilityZones = [] } = await ask('list the availability zones', (options) =>
    ec2.send(command, options),
  );
  return AvailabilityZones.filter(({ ZoneId = '' }) => !unsupportedZones.includes(ZoneId))
    .map(({ ZoneName = '' }) => ZoneName)
    .sort();
}

async function offeringZones(ec2: Ec2, instanceType: string): Promise<Set<string | undefined>> {
  const command = new DescribeInstanceTypeOfferingsCommand({
    LocationType: 'availability-zone',
    Filters: [{ Name: 'instance-type', Values: [instanceType] }],
  });
  const { InstanceTypeOfferings = [] } = await ask(`find the zones that have ${instanceType}`, (options) =>
    ec2.send(command, options),
  );
  return new Set(InstanceTypeOfferings.map(({ Location }) => Location));
}
