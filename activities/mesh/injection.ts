import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { applyMarked, currentMark, markOf } from '../kubernetes/ownership.ts';
import { removeNamespace } from './uninstall.ts';

const injectionLabel = 'istio-injection';

/** On a namespace: which run labelled it. */
const labelMark = 'sluice.dev/labelled-by';

/**
 * Labels a namespace, made if need be, so that its new pods get the sidecar; true when this run did that. Fails with
 * `InvalidTarget` where somebody decided otherwise: another revision, or no injection.
 */
export async function enableInjection(client: ClusterClient, name: string): Promise<boolean> {
  const namespace = await readNamespace(client, name);
  if (namespace !== null) refuseConflict(namespace);
  const { labels = {}, annotations = {} } = namespace?.metadata ?? {};
  const labelled = labels[injectionLabel] === 'enabled';
  if (labelled) return annotations[labelMark] === currentMark();
  await applyMarked(client, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: { [injectionLabel]: 'enabled' },
      annotations: { [labelMark]: currentMark() },
    },
  });
  return true;
}

/** Takes the label back, if a run put it there; a namespace that Sluice made goes too when nothing runs in it any more. */
export async function disableInjection(client: ClusterClient, name: string): Promise<void> {
  const namespace = await readNamespace(client, name);
  if (namespace === null) return;
  if (markOf(namespace) !== null && (await isVacant(client, name))) {
    await removeNamespace(client, name);
    return;
  }
  if (namespace.metadata.annotations?.[labelMark] === undefined) return;
  const metadata = { labels: { [injectionLabel]: null }, annotations: { [labelMark]: null } };
  await client.merge({ apiVersion: 'v1', kind: 'Namespace', name }, { metadata });
}

async function readNamespace(client: ClusterClient, name: string): Promise<KubeObject | null> {
  return client.read({ apiVersion: 'v1', kind: 'Namespace', name });
}

function refuseConflict({ metadata: { name, labels = {} } }: KubeObject): void {
  const revision = labels['istio.io/rev'];
  const injection = labels[injectionLabel] ?? 'enabled';
  if (revision === undefined && injection === 'enabled') return;
  const found = revision === undefined ? `${injectionLabel}=${injection}` : `istio.io/rev=${revision}`;
  throw ApplicationFailure.nonRetryable(
    `namespace ${name} is labelled ${found}, which conflicts with ${injectionLabel}=enabled; remove that label or name another namespace`,
    FailureType.invalidTarget,
  );
}

async function isVacant(client: ClusterClient, namespace: string): Promise<boolean> {
  const lists = await Promise.all([
    client.list('v1', 'Pod', { namespace }),
    client.list('v1', 'Service', { namespace }),
    client.list('apps/v1', 'Deployment', { namespace }),
  ]);
  return lists.flat().length === 0;
}
