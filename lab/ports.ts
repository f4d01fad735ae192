/** Ports of the lab's own parts, all at `127.<block>.0.1`: each part's usual one, since no two labs share an address. */
export const labPorts = {
  etcdClient: 2379,
  etcdPeer: 2380,
  apiServer: 6443,
  controllerManager: 10257,
  kubelet: 10250,
  prometheus: 9090,
  telemetry: 15092,
} as const;

/** Ports that istiod, gateways, proxies and applications of the demo use at addresses of the lab. */
const meshPorts = [8080, 8443, 9080, 15000, 15010, 15012, 15014, 15017, 15020, 15021, 15090];

/** All ports a lab listens on. */
export const usedPorts: readonly number[] = [...Object.values(labPorts), ...meshPorts];
