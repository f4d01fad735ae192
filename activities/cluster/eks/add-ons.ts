import { type Addon, CreateAddonCommand, DescribeAddonCommand } from '@aws-sdk/client-eks';
import { ApplicationFailure } from '@temporalio/activity';
import { defaultAddOns } from '../../../domain/eks.ts';
import { FailureType } from '../../../domain/failure.ts';
import type { EksConfig, GivenAddon } from '../../../domain/spec/schema/eks-config.ts';
import { ask, change, unless } from '../../aws/call.ts';
import type { NewEksCluster } from './new-cluster.ts';
import type { EksOperation } from './operation.ts';
import { ownedTags } from './owner.ts';

/** Longest wait for the add-ons, in ms; the SDK's own waiter has the same. */
const addOnTimeout = 10 * 60_000;

/**
 * The add-ons of a new cluster: those of the spec, and eksctl's defaults that it does not name.
 * @param region of the cluster
 * @param config what the document says
 */
export function addOnsOf(region: string, { addons = [] }: EksConfig): GivenAddon[] {
  const named = new Set(addons.map(({ name }) => name));
  const others = defaultAddOns(region).filter((name) => !named.has(name));
  return [...others.map((name) => ({ name })), ...addons];
}

/**
 * An add-on in words, as in `aws-ebs-csi-driver v1.56.0-eksbuild.1`.
 * @param addOn of the document, or a default
 */
export function formatAddOn({ name, version }: GivenAddon): string {
  return version === undefined ? name : `${name} ${version}`;
}

/**
 * Asks for every add-on that is not there. They become active with the first nodes.
 * @param operation the cluster
 * @param spec what the document says of it
 */
export async function createAddOns(operation: EksOperation, { config }: NewEksCluster): Promise<void> {
  for (const addOn of addOnsOf(operation.access.region, config)) {
    if ((await describeAddOn(operation, addOn.name)) === null) await createAddOn(operation, addOn);
  }
}

/**
 * Waits until every add-on is active.
 * @param operation the cluster
 * @param spec what the document says of it
 * @throws ApplicationFailure `CreationFailed` for one that EKS could not create, with its reasons
 */
export async function awaitAddOns(operation: EksOperation, { config }: NewEksCluster): Promise<void> {
  const names = addOnsOf(operation.access.region, config).map(({ name }) => name);
  const wait = { until: 'all add-ons are active', timeout: addOnTimeout };
  await operation.until(wait, async () => {
    const states = await Promise.all(names.map((name) => describeAddOn(operation, name)));
    const reasons = states.flatMap((state, index) => inactiveReasons(names[index] ?? '', state));
    return reasons.length === 0 ? { done: null } : { missing: reasons.join('; ') };
  });
}

async function createAddOn({ aws, cluster, tell }: EksOperation, addOn: GivenAddon): Promise<void> {
  const { name, version, configurationValues, serviceAccountRoleARN, resolveConflicts } = addOn;
  tell(`creating add-on ${name}`);
  const command = new CreateAddonCommand({
    clusterName: cluster,
    addonName: name,
    resolveConflicts: conflicts[resolveConflicts ?? 'overwrite'],
    tags: ownedTags({}),
    ...(version !== undefined && { addonVersion: version }),
    ...(configurationValues !== undefined && { configurationValues }),
    ...(serviceAccountRoleARN !== undefined && { serviceAccountRoleArn: serviceAccountRoleARN }),
  });
  // An answer that was lost: it is there.
  await unless(
    (error) => error === 'ResourceInUseException',
    () => change(`create add-on ${name} of ${cluster}`, (options) => aws.eks.send(command, options)),
  );
}

/** EKS's own words. */
const conflicts = { none: 'NONE', overwrite: 'OVERWRITE', preserve: 'PRESERVE' } as const;

async function describeAddOn({ aws, cluster }: EksOperation, addonName: string): Promise<Addon | null> {
  const command = new DescribeAddonCommand({ clusterName: cluster, addonName });
  const answer = await unless(
    (error) => error === 'ResourceNotFoundException',
    () => ask(`describe add-on ${addonName} of ${cluster}`, (options) => aws.eks.send(command, options)),
  );
  return answer?.addon ?? null;
}

/** Why an add-on is not active, in words; none where it is. */
function inactiveReasons(name: string, addOn: Addon | null): string[] {
  if (addOn?.status === 'ACTIVE') return [];
  const issues = (addOn?.health?.issues ?? []).map(({ code, message }) => `${code}: ${message}`).join(', ');
  const state = `add-on ${name} is ${addOn?.status ?? 'not there'}${issues && `: ${issues}`}`;
  if (addOn?.status !== 'CREATE_FAILED') return [state];
  throw ApplicationFailure.nonRetryable(state, FailureType.creationFailed);
}
