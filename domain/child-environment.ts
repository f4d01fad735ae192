/** Which of a process's variables its children get: what they need, and none of the process's own secrets. */

type Environment = Readonly<Record<string, string | undefined>>;

/** Names further variables for child processes, separated by commas. */
export const childVariables = 'SLUICE_CHILD_VARIABLES';

/** What every program may need: where things are, how text is shown, the way out of the network, temporary files. */
const everywhere = words(`
  PATH HOME USER LOGNAME SHELL TERM TZ LANG LANGUAGE LC_* TMPDIR TMP TEMP XDG_*
  HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy
  SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS
`);

/** What reaches a cluster and its registries: kubeconfigs, and the credentials of clouds that their plugins ask for. */
const clusters = words(`
  KUBECONFIG KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT AWS_* AZURE_* GOOGLE_* CLOUDSDK_*
  HELM_* DOCKER_CONFIG REGISTRY_AUTH_FILE
`);

/** What the lab reads itself, and what its builds do. */
const lab = words(`
  SLUICE_TOOL_* SLUICE_LAB_* SLUICE_SKIP_DOWNLOADS SLUICE_TEMPORAL_PORT SLUICE_TEMPORAL_UI_PORT SLUICE_LIBFAKETIME
  GO* CC CXX CGO_* PIP_* UV_* PYTHON* npm_config_* NODE_OPTIONS LD_LIBRARY_PATH
`);

/** Names of variables of a kind of child; one that ends with `*` stands for all that begin so. */
const needed = { cluster: clusters, lab: [...clusters, ...lab] } as const;

/** A kind of child process: a program that talks to a cluster, or the embedded lab. */
export type ChildKind = keyof typeof needed;

/**
 * The environment of a child process. Keys of Temporal, keys of encryption and addresses of notifications are not in
 * it, unless `SLUICE_CHILD_VARIABLES` names them.
 * @param env of this process
 * @param kind what the child is
 * @returns the whole environment of the child
 */
export function childEnvironment(env: Environment, kind: ChildKind): Record<string, string> {
  const further = (env[childVariables] ?? '').split(',').map((name) => name.trim());
  const isGiven = matcherOf([...everywhere, ...needed[kind], ...further, childVariables]);
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && isGiven(name) ? [[name, value]] : [],
    ),
  );
}

function matcherOf(names: readonly string[]): (name: string) => boolean {
  const exact = new Set(names);
  const prefixes = names
    .filter((name) => name.length > 1 && name.endsWith('*'))
    .map((name) => name.slice(0, -1));
  return (name) => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
