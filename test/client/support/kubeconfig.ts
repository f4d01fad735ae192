import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Entry {
  readonly cluster: string;
  readonly context: string;
}

/** A kubeconfig file with one cluster. */
export function kubeconfigWith({ cluster, context }: Entry): string {
  const path = join(mkdtempSync(join(tmpdir(), 'sluice-test-')), 'config');
  const config = {
    'current-context': context,
    clusters: [{ name: cluster, cluster: { server: 'https://127.0.0.1:6443' } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: context, context: { cluster, user: 'u' } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}
