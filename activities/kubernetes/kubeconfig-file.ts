import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterConnection } from '../../domain/rollout.ts';
import { awsClients } from '../aws/clients.ts';
import { requireAccepted } from './accepted-kubeconfigs.ts';
import { eksEndpoint, tokenSource, type EksEndpoint } from './eks-config.ts';

/** Between two looks at whether the token has to be renewed, in ms; programs read the file once a minute. */
const renewInterval = 60_000;

/** Where a program of its own finds a cluster: path and context of a kubeconfig; null for kubectl's defaults. */
export type KubeconfigFile = Pick<ClusterConnection, 'kubeconfig' | 'context'>;

/** Does work that needs a kubeconfig in a file. That of an EKS cluster is nobody else's to read, and goes afterwards. */
export async function withKubeconfigFile<T>(
  { name, kubeconfig, context, eks }: ClusterConnection,
  work: (file: KubeconfigFile) => Promise<T>,
): Promise<T> {
  if (eks === undefined) {
    requireAccepted(kubeconfig);
    return await work({ kubeconfig, context });
  }
  const aws = awsClients(eks);
  const [endpoint, token] = [await eksEndpoint(aws, name), tokenSource(aws, name)];
  const directory = await mkdtemp(join(tmpdir(), 'sluice-eks-'));
  const write = async (file: string, text: string) => await replaceFile(join(directory, file), text);
  const renew = async () => await write('token', await token());
  try {
    await renew();
    await write('kubeconfig', kubeconfigText(name, endpoint, join(directory, 'token')));
    // A renewal that fails is tried again; the program says itself when the token ended first.
    const renewing = setInterval(() => void renew().catch(() => undefined), renewInterval);
    return await work({ kubeconfig: join(directory, 'kubeconfig'), context: name }).finally(() =>
      clearInterval(renewing),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Whoever reads while it is replaced reads the old one. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function kubeconfigText(name: string, endpoint: EksEndpoint, tokenFile: string): string {
  const cluster = {
    server: endpoint.server,
    'certificate-authority-data': endpoint.certificateAuthority,
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster }],
    users: [{ name, user: { tokenFile } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}
