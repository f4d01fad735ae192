import { DescribeAvailabilityZonesCommand, DescribeInstanceTypeOfferingsCommand } from '@aws-sdk/client-ec2';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../../domain/failure.ts';
import type { NodeGroupSpec } from '../../../../domain/spec/document.ts';
import { ask } from '../../../aws/call.ts';
import type { AwsClients } from '../../../aws/clients.ts';

/** Zones that EKS puts no control plane into, by their ids, which are the same for every account (EKS user guide). */
const unsupportedZones = ['cac1-az3', 'use1-az3', 'usw1-az2'];

/** EKS asks for two; eksctl takes three where there are. */
const leastZones = 2;
const mostZones = 3;

/**
 * Zones for a cluster, in order of their names: the same in every attempt. Each has an instance type of every node group.
 * @throws ApplicationFailure `InvalidTarget` when the region has fewer than two such zones
 */
export async function chooseZones(
  { ec2 }: Pick<AwsClients, 'ec2'>,
  region: string,
  nodeGroups: readonly NodeGroupSpec[],
): Promise<string[]> {
  const known = await zonesOf(ec2);
  let fit = known;
  for (const { name, instanceTypes } of nodeGroups) {
    const offering = await offeringZones(ec2, instanceTypes);
    fit = fit.filter((zone) => offering.has(zone));
    if (fit.length < leastZones) throw tooFew(region, { name, instanceTypes, known, fit });
  }
  return fit.slice(0, mostZones);
}

interface Shortage extends Pick<NodeGroupSpec, 'instanceTypes' | 'name'> {
  readonly known: readonly string[];
  readonly fit: readonly string[];
}

function tooFew(region: string, { name, instanceTypes, known, fit }: Shortage): ApplicationFailure {
  const types = instanceTypes.join(' or ');
  const found = fit.length === 0 ? 'none has it' : `${fit.join(', ')} only have it`;
  return ApplicationFailure.nonRetryable(
    `cluster.managedNodeGroups: node group ${name} needs ${leastZones} zones that have ${types}; of ${known.join(', ') || 'no zones'} in ${region}, ${found}`,
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

async function offeringZones(ec2: Ec2, instanceTypes: readonly string[]): Promise<Set<string | undefined>> {
  const command = new DescribeInstanceTypeOfferingsCommand({
    LocationType: 'availability-zone',
    Filters: [{ Name: 'instance-type', Values: [...instanceTypes] }],
  });
  const { InstanceTypeOfferings = [] } = await ask(
    `find the zones that have ${instanceTypes.join(' or ')}`,
    (options) => ec2.send(command, options),
  );
  return new Set(InstanceTypeOfferings.map(({ Location }) => Location));
}
