import { readFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { labPorts } from '../ports.ts';
import type { PkiFiles } from './pki.ts';

/** Name of the context, the cluster and the user in the lab's kubeconfig. */
export const labContext = 'sluice-lab';

/** Writes the administrator's kubeconfig; everything is inside the file, so that it can be copied. */
export async function writeKubeconfig(file: string, address: string, pki: PkiFiles): Promise<void> {
  const [authority, token] = await Promise.all([
    readFile(pki.authority.certificate),
    readFile(pki.token, 'utf8'),
  ]);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': labContext,
    contexts: [{ name: labContext, context: { cluster: labContext, user: labContext } }],
    clusters: [
      {
        name: labContext,
        cluster: {
          server: `https://${address}:${labPorts.apiServer}`,
          'certificate-authority-data': authority.toString('base64'),
        },
      },
    ],
    users: [{ name: labContext, user: { token } }],
  };
  await writeFile(file, stringify(config, { lineWidth: 0 }), { mode: 0o600 });
}
