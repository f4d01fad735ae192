import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { messageOf } from '../domain/message-of.ts';
import { tokenFileAuthenticator } from './token-file.ts';

/** Where a kubeconfig is, and which context of it counts; null for kubectl's defaults. */
export interface KubeConfigSource {
  readonly kubeconfig: string | null;
  readonly context: string | null;
}

/** A kubeconfig that leads nowhere: its message says which, and why. */
export class KubeconfigError extends Error {}

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
  const config = source.kubeconfig === null ? loadDefault() : loadFile(source.kubeconfig);
  const contexts = config.getContexts().map(({ name }) => name);
  const context = source.context ?? config.getCurrentContext();
  if (!contexts.includes(context)) {
    throw new KubeconfigError(
      `no context "${context}" in kubeconfig ${kubeconfigFiles(source).join(delimiter)}; it has ${contexts.join(', ') || 'none'}`,
    );
  }
  config.setCurrentContext(context);
  config.addAuthenticator(tokenFileAuthenticator(kubeconfigFiles(source)));
  return config;
}

/** Changes when a file of the source does: a lab that was ended and started again has new credentials. */
export function kubeconfigVersion(source: KubeConfigSource): string {
  return kubeconfigFiles(source)
    .map((file) => `${file}@${statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0}`)
    .join(delimiter);
}

function loadDefault(): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new KubeconfigError(`cannot load kubeconfig: ${messageOf(error)}`);
  }
  return config;
}

function loadFile(path: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(path);
  } catch (error) {
    throw new KubeconfigError(
      `cannot load kubeconfig ${path}: ${messageOf(error)}; give the path of a readable kubeconfig file`,
    );
  }
  return config;
}
