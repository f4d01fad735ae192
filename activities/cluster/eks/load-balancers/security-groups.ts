import {
  DeleteSecurityGroupCommand,
  type IpPermission,
  paginateDescribeSecurityGroups,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { ApplicationFailure, log } from '@temporalio/activity';
import { FailureType } from '../../../../domain/failure.ts';
import { awsErrorName } from '../../../aws/failure.ts';
import { ask, change, unless } from '../../../aws/call.ts';
import { collect } from '../../../aws/pages.ts';
import type { EksOperation } from '../operation.ts';
import { isTaggedFor } from './find.ts';

/** Longest wait for what uses a group to go, in ms; eksctl's. The interfaces of a load balancer outlive it by minutes. */
const goneTimeout = 10 * 60_000;

/**
 * Deletes the security groups that controllers made for load balancers of the cluster. Rules of other groups that refer
 * to them are revoked first: EC2 deletes no group that another one names. A group that something else still uses stays,
 * and the stack's failure tells of it.
 * @param operation the cluster
 * @param network id of its VPC
 */
export async function removeSecurityGroups(operation: EksOperation, network: string): Promise<void> {
  const groups = await groupsIn(operation, network);
  const ours = groups.filter((group) => isOfController(operation.cluster, group));
  const ids = new Set(ours.map(({ GroupId = '' }) => GroupId));
  if (ids.size === 0) return;
  for (const group of groups) await revokeReferences(operation, group, ids);
  await deleteAll(operation, [...ids]).catch(noteOverdue);
}

async function groupsIn({ aws: { ec2 } }: EksOperation, network: string): Promise<SecurityGroup[]> {
  const Filters = [{ Name: 'vpc-id', Values: [network] }];
  return await ask('list the security groups of the cluster', () =>
    collect(
      paginateDescribeSecurityGroups({ client: ec2 }, { Filters }),
      ({ SecurityGroups = [] }) => SecurityGroups,
    ),
  );
}

/** Kubernetes' own controller and AWS's name their groups alike. */
function isOfController(cluster: string, { GroupName = '', Tags }: SecurityGroup): boolean {
  return GroupName.startsWith('k8s-') && isTaggedFor(cluster, Tags);
}

async function revokeReferences(
  { aws: { ec2 }, tell }: EksOperation,
  { GroupId = '', IpPermissions = [], IpPermissionsEgress = [] }: SecurityGroup,
  ids: ReadonlySet<string>,
): Promise<void> {
  const [incoming, outgoing] = [IpPermissions, IpPermissionsEgress].map((rules) => referring(rules, ids));
  const words = `revoke rules of security group ${GroupId}`;
  const isGone = (name: string) => name.endsWith('.NotFound');
  if (incoming?.length) {
    tell(words);
    const command = new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: incoming });
    await unless(isGone, () => change(words, (options) => ec2.send(command, options)));
  }
  if (outgoing?.length) {
    tell(words);
    const command = new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: outgoing });
    await unless(isGone, () => change(words, (options) => ec2.send(command, options)));
  }
}

/** The part of rules that names other groups: what they say of addresses stays. */
function referring(rules: readonly IpPermission[], ids: ReadonlySet<string>): IpPermission[] {
  return rules.flatMap(({ IpProtocol, FromPort, ToPort, UserIdGroupPairs = [] }) => {
    const pairs = UserIdGroupPairs.filter(({ GroupId = '' }) => ids.has(GroupId));
    if (pairs.length === 0) return [];
    const ports = { ...(FromPort !== undefined && { FromPort }), ...(ToPort !== undefined && { ToPort }) };
    return [{ IpProtocol, ...ports, UserIdGroupPairs: pairs.map(({ GroupId }) => ({ GroupId })) }];
  });
}

async function deleteAll(operation: EksOperation, ids: readonly string[]): Promise<void> {
  const wait = { until: 'the security groups of load balancers are gone', timeout: goneTimeout };
  let left = ids;
  await operation.until(wait, async () => {
    const used: string[] = [];
    for (const GroupId of left) if (!(await deleteGroup(operation, GroupId))) used.push(GroupId);
    left = used;
    return left.length === 0 ? { done: null } : { missing: `security groups ${left.join(', ')} are in use` };
  });
}

/** False while something uses it. */
async function deleteGroup({ aws: { ec2 }, tell }: EksOperation, GroupId: string): Promise<boolean> {
  tell(`deleting security group ${GroupId}`);
  try {
    await change(`delete security group ${GroupId}`, (options) =>
      ec2.send(new DeleteSecurityGroupCommand({ GroupId }), options),
    );
    return true;
  } catch (error) {
    if (awsErrorName(error) === 'InvalidGroup.NotFound') return true;
    if (awsErrorName(error) === 'DependencyViolation') return false;
    throw error;
  }
}

function noteOverdue(error: unknown): void {
  if (!(error instanceof ApplicationFailure) || error.type !== FailureType.deadlineExceeded) throw error;
  log.warn(error.message);
}
