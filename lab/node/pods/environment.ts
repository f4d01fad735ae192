import type { CoreV1Api } from '@kubernetes/client-node';
import { unlessGone } from '../api/clients.ts';
import type { Container, EnvVar, EnvVarSource, Pod } from '../api/models.ts';

/** Where the values that a container's environment refers to come from. */
export interface EnvironmentSource {
  pod: Pod;
  address: string;
  hostAddress: string;
  core: Pick<CoreV1Api, 'readNamespacedConfigMap' | 'readNamespacedSecret'>;
}

/**
 * The environment a container asks for, references resolved and `$(NAME)` expanded. A reference to resource limits
 * gives nothing: processes have none here. Throws when a ConfigMap, a Secret or a key of it is missing.
 */
export async function resolveEnvironment(
  container: Container,
  source: EnvironmentSource,
): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const variable of container.env ?? []) {
    const value = await valueOf(variable, source);
    if (value !== undefined) env[variable.name] = expand(value, env);
  }
  return env;
}

async function valueOf(variable: EnvVar, source: EnvironmentSource): Promise<string | undefined> {
  if (variable.valueFrom === undefined) return variable.value ?? '';
  const { fieldRef, configMapKeyRef, secretKeyRef } = variable.valueFrom;
  if (fieldRef !== undefined) return podField(fieldRef.fieldPath, source);
  if (configMapKeyRef !== undefined) return configMapValue(configMapKeyRef, source);
  if (secretKeyRef !== undefined) return secretValue(secretKeyRef, source);
  return undefined;
}

function podField(path: string, { pod, address, hostAddress }: EnvironmentSource): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return pod.metadata?.[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? '';
  const fields: Record<string, string | undefined> = {
    'metadata.name': pod.metadata?.name,
    'metadata.namespace': pod.metadata?.namespace,
    'metadata.uid': pod.metadata?.uid,
    'spec.nodeName': pod.spec?.nodeName,
    'spec.serviceAccountName': pod.spec?.serviceAccountName,
    'status.podIP': address,
    'status.podIPs': address,
    'status.hostIP': hostAddress,
    'status.hostIPs': hostAddress,
  };
  return fields[path];
}

async function configMapValue(
  { name = '', key, optional }: NonNullable<EnvVarSource['configMapKeyRef']>,
  { pod, core }: EnvironmentSource,
): Promise<string | undefined> {
  const namespace = pod.metadata?.namespace ?? '';
  const map = await unlessGone(core.readNamespacedConfigMap({ name, namespace }));
  return required(map?.data?.[key], `configmap ${namespace}/${name} has no key '${key}'`, optional);
}

async function secretValue(
  { name = '', key, optional }: NonNullable<EnvVarSource['secretKeyRef']>,
  { pod, core }: EnvironmentSource,
): Promise<string | undefined> {
  const namespace = pod.metadata?.namespace ?? '';
  const secret = await unlessGone(core.readNamespacedSecret({ name, namespace }));
  const encoded = required(secret?.data?.[key], `secret ${namespace}/${name} has no key '${key}'`, optional);
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}

function required(value: string | undefined, message: string, optional = false): string | undefined {
  if (value === undefined && !optional) throw new Error(message);
  return value;
}

/** `$(NAME)` becomes an earlier variable's value, `$$(NAME)` the text `$(NAME)`; unknown names stay. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$?)\(([A-Za-z_][A-Za-z0-9_.-]*)\)/g, (whole, escaped: string, name: string) =>
    escaped ? `$(${name})` : (env[name] ?? whole),
  );
}
