/** Address of the node, its kubelet endpoint and everything on the host's network. */
export function nodeAddress(block: string): string {
  return `${block}.0.1`;
}

/** Where the mesh listener of a pod's sidecar binds: the pod address, third octet + 64. */
export function egressAddress(podAddress: string): string {
  const [first, second, third, fourth] = podAddress.split('.');
  return `${first}.${second}.${Number(third) + 64}.${fourth}`;
}

/** Hands out the addresses of a range, none of them twice at once. */
export interface AddressPool {
  /** The wished address when it is free and in range, else the next free one. Throws when all are taken. */
  take(wished?: string): string;
  release(address: string): void;
}

/** Addresses for pods: 127.B.1.1 to 127.B.63.254. */
export function podAddresses(block: string): AddressPool {
  return addressPool(block, range(1, 63), 'pods');
}

/** Addresses for Services of type LoadBalancer: 127.B.200.1 to 127.B.200.254. */
export function balancerAddresses(block: string): AddressPool {
  return addressPool(block, [200], 'load balancers');
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function addressPool(block: string, thirdOctets: number[], use: string): AddressPool {
  const all = thirdOctets.flatMap((third) => range(1, 254).map((fourth) => `${block}.${third}.${fourth}`));
  const inRange = new Set(all);
  const taken = new Set<string>();
  let next = 0;

  // Going round delays the reuse of an address until nobody can still hold a connection to its last owner.
  const nextFree = (): string => {
    const start = next;
    do {
      const address = all[next] ?? '';
      next = (next + 1) % all.length;
      if (!taken.has(address)) return address;
    } while (next !== start);
    throw new Error(`all ${all.length} addresses for ${use} are taken: delete some`);
  };

  return {
    take(wished) {
      const usable = wished !== undefined && inRange.has(wished) && !taken.has(wished);
      const address = usable ? wished : nextFree();
      taken.add(address);
      return address;
    },
    release: (address) => void taken.delete(address),
  };
}
