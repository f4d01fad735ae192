import { type Addon, CreateAddonCommand, DescribeAddonCommand } from '@aws-sdk/client-eks';
import { ApplicationFailure } from '@temporalio/activity';
import { defaultAddOns } from '../../../domain/eks.ts';
import { FailureType } from '../../../domain/failure.ts';
import { ask, change, unless } from '../../aws/call.ts';
import type { EksOperation } from './operation.ts';
import { ownedTags } from './owner.ts';

/** Longest wait for the add-ons, in ms; the SDK's own waiter has the same. */
const addOnTimeout = 10 * 60_000;

/** Asks for every add-on that is not there, at EKS's default version. They become active with the first nodes. */
export async function createAddOns(operation: EksOperation): Promise<void> {
  for (const name of defaultAddOns(operation.access.region)) {
    if ((await describeAddOn(operation, name)) === null) await createAddOn(operation, name);
  }
}

/** Waits until every add-on is active. */
export async function awaitAddOns(operation: EksOperation): Promise<void> {
  const addOns = defaultAddOns(operation.access.region);
  const wait = { until: 'all add-ons are active', timeout: addOnTimeout };
  await operation.until(wait, async () => {
    const states = await Promise.all(addOns.map((name) => describeAddOn(operation, name)));
    const lacks = states.flatMap((state, index) => lackOf(addOns[index] ?? '', state));
    return lacks.length === 0 ? { done: null } : { missing: lacks.join('; ') };
  });
}

async function createAddOn({ aws, cluster, tell }: EksOperation, name: string): Promise<void> {
  tell(`creating add-on ${name}`);
  const command = new CreateAddonCommand({
    clusterName: cluster,
    addonName: name,
    resolveConflicts: 'OVERWRITE',
    tags: ownedTags({}),
  });
  // An answer that was lost: it is there.
  await unless(
    (error) => error === 'ResourceInUseException',
    () => change(`create add-on ${name} of ${cluster}`, (options) => aws.eks.send(command, options)),
  );
}

async function describeAddOn({ aws, cluster }: EksOperation, addonName: string): Promise<Addon | null> {
  const command = new DescribeAddonCommand({ clusterName: cluster, addonName });
  const answer = await unless(
    (error) => error === 'ResourceNotFoundException',
    () => ask(`describe add-on ${addonName} of ${cluster}`, (options) => aws.eks.send(command, options)),
  );
  return answer?.addon ?? null;
}

/** What an add-on lacks to be active, in words. */
function lackOf(name: string, addOn: Addon | null): string[] {
  if (addOn?.status === 'ACTIVE') return [];
  const issues = (addOn?.health?.issues ?? []).map(({ code, message }) => `${code}: ${message}`).join(', ');
  const state = `add-on ${name} is ${addOn?.status ?? 'not there'}${issues && `: ${issues}`}`;
  if (addOn?.status !== 'CREATE_FAILED') return [state];
  throw ApplicationFailure.nonRetryable(state, FailureType.creationFailed);
}
