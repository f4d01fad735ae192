import {
  DeleteTargetGroupCommand,
  paginateDescribeTargetGroups,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ask, change, unless } from '../../../aws/call.ts';
import { collect } from '../../../aws/pages.ts';
import type { EksOperation } from '../operation.ts';
import { ownedBy } from './find.ts';

/**
 * Deletes the target groups that the cluster's controllers left: they keep no network alive, and count against a quota.
 * @param operation the cluster
 * @param network id of its VPC
 */
export async function removeTargetGroups(operation: EksOperation, network: string): Promise<void> {
  const { elbV2 } = operation.aws;
  const arns = await ask('list the target groups', () =>
    collect(paginateDescribeTargetGroups({ client: elbV2 }, {}), ({ TargetGroups = [] }) =>
      TargetGroups.filter(({ VpcId }) => VpcId === network).map((one) => one.TargetGroupArn ?? ''),
    ),
  );
  for (const TargetGroupArn of await ownedBy(operation, arns))
    await deleteTargetGroup(operation, TargetGroupArn);
}

/** Leaves a target group that a listener outside the cluster still uses. */
async function deleteTargetGroup(
  { aws: { elbV2 }, tell }: EksOperation,
  TargetGroupArn: string,
): Promise<void> {
  tell(`deleting target group ${TargetGroupArn}`);
  await unless(
    (name) => name === 'TargetGroupNotFound' || name.startsWith('ResourceInUse'),
    () =>
      change(`delete target group ${TargetGroupArn}`, (options) =>
        elbV2.send(new DeleteTargetGroupCommand({ TargetGroupArn }), options),
      ),
  );
}
