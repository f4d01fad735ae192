/**
 * Every tool of the lab, in the order in which a run needs it: the Web UI is up while the rest is still built.
 * The versions belong together (etcd is the one this Kubernetes asks for) and are pinned once more, with the hashes
 * of all they consist of, in `go/` and `python/`.
 */
export const toolVersions = {
  temporal: '1.5.1',
  etcd: '3.6.8',
  'kube-apiserver': '1.36.3',
  'kube-controller-manager': '1.36.3',
  'pilot-discovery': '1.31.0',
  istioctl: '1.31.0',
  prometheus: '3.13.5',
  envoy: '1.40.0',
  // Of the release that is in the dev server above; for Temporal on a database of its own.
  'temporal-server': '1.29.1',
  'temporal-sql-tool': '1.29.1',
  kustomize: '5.8.1',
  helm: '3.22.0',
} as const;

/** The Gateway API that this istiod is built with; `go/tools` pins it with the rest. */
export const gatewayApiVersion = '1.6.0';

/** A tool that the lab, or a test on it, runs. */
export type ToolName = keyof typeof toolVersions;

/** All tools, in order of need. */
export const toolNames = Object.keys(toolVersions) as ToolName[];

/** Oldest Go that builds the pinned modules; from 1.21 on Go fetches a newer one by itself. */
export const neededGo = '1.26';
