import { endingSoon, type Support, type VersionSupport } from './preflight/version.ts';
import type { NewEksCluster } from './new-cluster.ts';

/** US dollars an hour for a control plane, the same in every region (https://aws.amazon.com/eks/pricing). */
const controlPlane: Readonly<Record<Support, number>> = { standard: 0.1, extended: 0.6 };

/** US dollars an hour for a public IPv4 address in use (https://aws.amazon.com/vpc/pricing). */
const publicAddress = 0.005;

/** What a cluster costs while it is there: prices that depend on the region are named, and not guessed. */
export function clusterCosts({ version, nodeGroup }: NewEksCluster, support: VersionSupport): string[] {
  const { desired, instanceType, volumeSize } = nodeGroup;
  const addresses = desired + 1;
  return [
    `control plane: $${controlPlane[support.kind].toFixed(2)} an hour (Kubernetes ${version} is in ${support.kind} support)`,
    ...laterCosts(version, support),
    `${addresses} public IPv4 addresses (NAT gateway, nodes): $${(addresses * publicAddress).toFixed(3)} an hour`,
    `by the region's prices: ${desired} ${instanceType}, ${desired} volumes of ${volumeSize} GiB (gp3), 1 NAT gateway, load balancers, traffic`,
  ];
}

function laterCosts(version: string, support: VersionSupport): string[] {
  const day = endingSoon(support);
  if (day === null) return [];
  const price = controlPlane.extended.toFixed(2);
  return [`control plane from ${day}: $${price} an hour (standard support of Kubernetes ${version} ends)`];
}
