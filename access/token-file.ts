/** Bearer tokens that a kubeconfig has in a file (`tokenFile`), which the client library looks for under another name. */
import type { KubeConfig } from '@kubernetes/client-node';
import { messageOf } from '../domain/message-of.ts';
import { readRegularFile } from './regular-file.ts';

type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0];

/** Bytes of a token; the longest that are known, with their groups in them, have some ten thousand. */
const longestToken = 64 * 1024;

/**
 * Gives users of kubeconfigs the token that is in their file, read anew for every request: that of a pod's
 * ServiceAccount is replaced within the hour.
 * @param paths absolute, by the name of the user
 */
export function tokenFileAuthenticator(paths: ReadonlyMap<string, string>): Authenticator {
  return {
    isAuthProvider: ({ name }) => paths.has(name),
    async applyAuthentication({ name }, options) {
      const token = await Promise.resolve(readToken(paths.get(name) ?? ''));
      Object.assign((options.headers ??= {}), { Authorization: `Bearer ${token}` });
    },
  };
}

function readToken(path: string): string {
  try {
    return readRegularFile(path, { limit: longestToken, linksAnywhere: true }).trim();
  } catch (error) {
    throw new Error(`the token file ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
