import { DescribeAccountAttributesCommand, DescribeAddressesCommand } from '@aws-sdk/client-ec2';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../../domain/failure.ts';
import { ask } from '../../../aws/call.ts';
import type { AwsClients } from '../../../aws/clients.ts';

const limit = 'vpc-max-elastic-ips';

/**
 * Checks that the account may have an elastic IP more for each NAT gateway: of the limits that stand in a new cluster's
 * way, the lowest one (5), and the only one that EC2 itself tells.
 * @param aws clients of the region
 * @param region the cluster's region
 * @param needed number of NAT gateways
 * @throws ApplicationFailure `QuotaExceeded`
 */
export async function checkAddresses(
  { ec2 }: Pick<AwsClients, 'ec2'>,
  region: string,
  needed: number,
): Promise<void> {
  if (needed === 0) return;
  const [{ AccountAttributes = [] }, { Addresses = [] }] = await Promise.all([
    ask('read the limits of the account', (options) =>
      ec2.send(new DescribeAccountAttributesCommand({}), options),
    ),
    ask('list the elastic IPs', (options) => ec2.send(new DescribeAddressesCommand({}), options)),
  ]);
  const told = AccountAttributes.find(({ AttributeName }) => String(AttributeName) === limit);
  const most = Number(told?.AttributeValues?.[0]?.AttributeValue ?? NaN);
  if (!(Addresses.length + needed > most)) return;
  throw ApplicationFailure.nonRetryable(
    `quota: the account has ${Addresses.length} of ${most} elastic IPs in ${region}, and the cluster needs ${needed} more; release some, or ask for more in Service Quotas`,
    FailureType.quotaExceeded,
  );
}
