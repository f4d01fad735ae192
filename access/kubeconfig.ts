import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { messageOf } from '../domain/message-of.ts';
import { execAuthenticator, type UserPlugin } from './exec-credentials.ts';
import { parseKubeconfig, type KubeconfigText } from './kubeconfig-text.ts';
import { readRegularFile } from './regular-file.ts';
import { tokenFileAuthenticator } from './token-file.ts';

/** Where a kubeconfig is, and which context of it counts; null for kubectl's defaults. */
export interface KubeConfigSource {
  readonly kubeconfig: string | null;
  readonly context: string | null;
}

/** A kubeconfig that leads nowhere: its message says which, and why, and nothing of what is in it. */
export class KubeconfigError extends Error {}

/** Bytes of a kubeconfig, and of a certificate; those of a thousand clusters have some four million. */
export const longestKubeconfig = 8 * 1024 * 1024;

/** Files that a source stands for, by kubectl's rules: the path given, KUBECONFIG, ~/.kube/config. */
export function kubeconfigFiles(source: KubeConfigSource, env = process.env): string[] {
  if (source.kubeconfig !== null) return [source.kubeconfig];
  const named = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  return named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
}

/**
 * Loads a kubeconfig and sets its context.
 * @throws KubeconfigError if a file cannot be read or parsed, or there is no such context
 */
export function loadKubeConfig(source: KubeConfigSource): KubeConfig {
  const config = isAbsent(source) ? loadInCluster() : loadFiles(kubeconfigFiles(source));
  const contexts = config.getContexts().map(({ name }) => name);
  const context = source.context ?? config.getCurrentContext();
  if (!contexts.includes(context)) {
    throw new KubeconfigError(
      `no context "${context}" in kubeconfig ${kubeconfigFiles(source).join(delimiter)}; it has ${contexts.join(', ') || 'none'}`,
    );
  }
  config.setCurrentContext(context);
  return config;
}

/** Changes when a file of the source does: a lab that was ended and started again has new credentials. */
export function kubeconfigVersion(source: KubeConfigSource): string {
  return kubeconfigFiles(source)
    .map((file) => `${file}@${statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0}`)
    .join(delimiter);
}

/** Whether nothing names a kubeconfig, and kubectl's default is not there either. */
function isAbsent({ kubeconfig }: KubeConfigSource): boolean {
  const [file = ''] = kubeconfigFiles({ kubeconfig, context: null });
  return kubeconfig === null && (process.env.KUBECONFIG ?? '') === '' && !isThere(file);
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** A pod's own ServiceAccount. */
function loadInCluster(): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new KubeconfigError(`cannot load kubeconfig: ${messageOf(error)}`);
  }
  return config;
}

/** The files together, as kubectl merges them: the first current context counts. */
function loadFiles(files: readonly string[]): KubeConfig {
  const merged = new KubeConfig();
  const tokens = new Map<string, string>();
  const plugins = new Map<string, UserPlugin>();
  for (const file of files) {
    try {
      const text = parseKubeconfig(readRegularFile(file, { limit: longestKubeconfig, linksAnywhere: true }));
      const config = loadText(file, text);
      merged.mergeConfig(config, Boolean(merged.getCurrentContext()));
      rememberUsers(file, text, tokens, plugins);
    } catch (error) {
      throw unusable(file, messageOf(error));
    }
  }
  merged.addAuthenticator(tokenFileAuthenticator(tokens));
  merged.addAuthenticator(execAuthenticator(plugins));
  return merged;
}

/** A file without what the client library would read or run in its own way. */
function loadText(file: string, text: KubeconfigText): KubeConfig {
  const users = (text.users ?? []).map(({ name, user }) => {
    const provider = user?.['auth-provider'];
    if (provider != null && provider.name !== 'oidc') throw new Error(removedProvider(name, provider.name));
    return { name, user: { ...user, exec: undefined, 'token-file': undefined } };
  });
  const config = new KubeConfig();
  // js-yaml takes JSON as it is.
  config.loadFromString(JSON.stringify({ ...text, users }));
  config.makePathsAbsolute(dirname(file));
  for (const path of certificateFiles(config)) requireCertificate(path);
  return config;
}

function removedProvider(user: string, provider: string): string {
  return `user ${user} has the auth-provider ${provider}, which kubectl gave up in 1.26: use its exec plugin`;
}

function certificateFiles(config: KubeConfig): string[] {
  const files = [
    ...config.getClusters().map(({ caFile }) => caFile),
    ...config.getUsers().flatMap(({ certFile, keyFile }) => [certFile, keyFile]),
  ];
  return files.filter((path) => typeof path === 'string');
}

/** The client library reads them at each request, without asking what they are. One may yet come, or be renewed. */
function requireCertificate(path: string): void {
  if (!isThere(path)) return;
  try {
    readRegularFile(path, { limit: longestKubeconfig, linksAnywhere: true });
  } catch (error) {
    throw new Error(`its file ${path} cannot be used: ${messageOf(error)}`, { cause: error });
  }
}

function rememberUsers(
  kubeconfig: string,
  { users }: KubeconfigText,
  tokens: Map<string, string>,
  plugins: Map<string, UserPlugin>,
): void {
  for (const { name, user } of users ?? []) {
    if (user?.tokenFile !== undefined) tokens.set(name, resolve(dirname(kubeconfig), user.tokenFile));
    if (user?.exec != null) plugins.set(name, { plugin: user.exec, kubeconfig });
  }
}

function unusable(file: string, reason: string): KubeconfigError {
  return new KubeconfigError(
    `cannot load kubeconfig ${file}: ${reason}; give the path of a readable kubeconfig file`,
  );
}
