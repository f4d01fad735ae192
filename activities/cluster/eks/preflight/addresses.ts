import { DescribeAccountAttributesCommand, DescribeAddressesCommand } from '@aws-sdk/client-ec2';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../../domain/failure.ts';
import { ask } from '../../../aws/call.ts';
import type { AwsClients } from '../../../aws/clients.ts';

const limit = 'vpc-max-elastic-ips';

/**
 * Checks that the account may have one more elastic IP, which the NAT gateway needs: of the limits that stand in a
 * new cluster's way, the lowest one (5), and the only one that EC2 itself tells.
 * @throws ApplicationFailure `QuotaExceeded`
 */
export async function checkAddresses({ ec2 }: AwsClients, region: string): Promise<void> {
  const [{ AccountAttributes = [] }, { Addresses = [] }] = await Promise.all([
    ask('read the limits of the account', (options) =>
      ec2.send(new DescribeAccountAttributesCommand({}), options),
    ),
    ask('list the elastic IPs', (options) => ec2.send(new DescribeAddressesCommand({}), options)),
  ]);
  const told = AccountAttributes.find(({ AttributeName }) => String(AttributeName) === limit);
  const most = Number(told?.AttributeValues?.[0]?.AttributeValue ?? NaN);
  if (!(Addresses.length >= most)) return;
  throw ApplicationFailure.nonRetryable(
    `quota: the account has ${Addresses.length} of ${most} elastic IPs in ${region}, and a cluster needs one; release one, or ask for more in Service Quotas`,
    FailureType.quotaExceeded,
  );
}
