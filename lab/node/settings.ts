/** Takes one progress line. */
export type Log = (line: string) => void;

/** Server certificate of the kubelet endpoint and the authority of its clients: each a path or PEM text. */
export interface KubeletTls {
  cert: string;
  key: string;
  clientCa: string;
}

/** What the programs of a node's containers may need to know of it. */
export interface NodeSettings {
  /** Path of the kubeconfig, which istiod is given too. */
  kubeconfig: string;
  /** Context of the kubeconfig; its current one when left out. */
  context?: string;
  /** First two octets of the lab's addresses, such as `127.80`. */
  block: string;
  /** Holds a directory for each pod: logs, records of its processes, generated configuration. */
  directory: string;
  /** Paths of `pilot-discovery` and `envoy`. */
  tools: Readonly<Record<string, string>>;
  kubeletTls: KubeletTls;
  /** Faults that the Bookinfo programs obey. */
  faultsFile: string;
  log: Log;
}
