/** Bearer tokens that a kubeconfig has in a file (`tokenFile`), which the client library looks for under another name. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';

type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0];

interface Users {
  readonly users?: readonly { readonly name: string; readonly user?: { readonly tokenFile?: string } }[];
}

/**
 * Gives users of kubeconfigs the token that is in their file, read anew for every request: that of a pod's
 * ServiceAccount is replaced within the hour.
 */
export function tokenFileAuthenticator(kubeconfigs: readonly string[]): Authenticator {
  const paths = new Map(kubeconfigs.flatMap(tokenFilesOf));
  return {
    isAuthProvider: ({ name }) => paths.has(name),
    async applyAuthentication({ name }, options) {
      const token = await readFile(paths.get(name) ?? '', 'utf8');
      Object.assign((options.headers ??= {}), { Authorization: `Bearer ${token.trim()}` });
    },
  };
}

function tokenFilesOf(kubeconfig: string): [user: string, path: string][] {
  if (!existsSync(kubeconfig)) return [];
  const { users = [] } = parse(readFileSync(kubeconfig, 'utf8')) as Users;
  return users.flatMap(({ name, user }) =>
    user?.tokenFile === undefined ? [] : [[name, resolve(dirname(kubeconfig), user.tokenFile)]],
  );
}
