import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { lock } from 'proper-lockfile';
import { stringify } from 'yaml';
import { longestKubeconfig } from '../../../access/kubeconfig.ts';
import { parseKubeconfig } from '../../../access/kubeconfig-text.ts';
import { readRegularFile } from '../../../access/regular-file.ts';
import { FailureType } from '../../../domain/failure.ts';
import type { EksAccess } from '../../../domain/rollout.ts';
import { messageOf } from '../../../domain/message-of.ts';
import { requireAccepted } from '../../kubernetes/accepted-kubeconfigs.ts';
import type { EksEndpoint } from '../../kubernetes/eks-config.ts';

/** A cluster as a kubeconfig names it. */
export interface NamedCluster {
  readonly name: string;
  readonly eks: EksAccess;
}

interface Entry {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** A kubeconfig; whatever else it says stays. */
type Kubeconfig = Record<string, unknown> & {
  clusters?: readonly Entry[] | null;
  users?: readonly Entry[] | null;
  contexts?: readonly Entry[] | null;
};

/**
 * Puts a cluster into a user's kubeconfig, as eksctl does; the AWS CLI makes its tokens. The current context changes
 * only where there is none: other programs may rely on it.
 */
export async function rememberCluster(
  path: string,
  cluster: NamedCluster,
  endpoint: EksEndpoint,
): Promise<void> {
  await edit(path, (config) => {
    const { clusterName, contextName } = namesOf(cluster);
    const { server, certificateAuthority } = endpoint;
    const described = { server, 'certificate-authority-data': certificateAuthority };
    const context = { cluster: clusterName, user: contextName };
    return {
      ...config,
      clusters: [...without(config.clusters, clusterName), { name: clusterName, cluster: described }],
      users: [...without(config.users, contextName), { name: contextName, user: userOf(cluster) }],
      contexts: [...without(config.contexts, contextName), { name: contextName, context }],
      'current-context': isNamed(config['current-context']) ? config['current-context'] : contextName,
    };
  });
}

/** Takes a cluster out of a user's kubeconfig. */
export async function forgetCluster(path: string, cluster: NamedCluster): Promise<void> {
  const { clusterName, contextName } = namesOf(cluster);
  await edit(path, (config) => ({
    ...config,
    clusters: without(config.clusters, clusterName),
    users: without(config.users, contextName),
    contexts: without(config.contexts, contextName),
    'current-context': config['current-context'] === contextName ? '' : config['current-context'],
  }));
}

function namesOf({ name, eks: { region } }: NamedCluster) {
  const clusterName = `${name}.${region}.eksctl.io`;
  return { clusterName, contextName: `sluice@${clusterName}` };
}

function userOf({ name, eks: { region, profile } }: NamedCluster) {
  return {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: 'aws',
      args: ['eks', 'get-token', '--output', 'json', '--cluster-name', name, '--region', region],
      env: profile === null ? null : [{ name: 'AWS_PROFILE', value: profile }],
      interactiveMode: 'IfAvailable',
    },
  };
}

/** Some tools write an empty name for none. */
function isNamed(context: unknown): boolean {
  return typeof context === 'string' && context !== '';
}

function without(entries: readonly Entry[] | null | undefined, name: string): Entry[] {
  return (entries ?? []).filter((entry) => entry.name !== name);
}

/** Edits under a lock and replaces the file atomically: readers see the old or the new one. */
async function edit(given: string, change: (config: Kubeconfig) => Kubeconfig): Promise<void> {
  requireAccepted(given);
  const path = resolve(given);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const release = await lock(path, {
    realpath: false,
    retries: { retries: 50, minTimeout: 100, maxTimeout: 200 },
  });
  try {
    await replace(path, stringify(change({ apiVersion: 'v1', kind: 'Config', ...read(path) })));
  } finally {
    await release();
  }
}

/** Writes a new file under a random name (`wx`: it must not exist), so that a planted link is not followed. */
async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

function read(path: string): Kubeconfig {
  try {
    const text = existsSync(path) ? readRegularFile(path, { limit: longestKubeconfig }) : '';
    return text.trim() === '' ? {} : (parseKubeconfig(text) as Kubeconfig);
  } catch (error) {
    throw ApplicationFailure.nonRetryable(
      `cluster.kubeconfig: ${path} cannot take an entry: ${messageOf(error)}`,
      FailureType.invalidTarget,
    );
  }
}
