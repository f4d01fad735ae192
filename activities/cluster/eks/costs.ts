import type { NodeGroupSpec } from '../../../domain/spec/document.ts';
import { endingSoon, type Support, type VersionSupport } from './preflight/version.ts';
import { type NewEksCluster, natGatewaysOf } from './new-cluster.ts';

/** US dollars an hour for a control plane, the same in every region (https://aws.amazon.com/eks/pricing). */
const controlPlane: Readonly<Record<Support, number>> = { standard: 0.1, extended: 0.6 };

/** US dollars an hour for a public IPv4 address in use (https://aws.amazon.com/vpc/pricing). */
const publicAddress = 0.005;

/**
 * What a cluster costs while it is there: prices that depend on the region are named, and not guessed.
 * @param spec the cluster
 * @param support how EKS supports its version
 * @param zones number of its availability zones
 */
export function clusterCosts(spec: NewEksCluster, support: VersionSupport, zones: number): string[] {
  const { version, nodeGroups } = spec;
  const gateways = natGatewaysOf(spec, zones);
  const publicNodes = nodeGroups
    .filter(({ privateNetworking }) => !privateNetworking)
    .reduce((sum, { desiredCapacity }) => sum + desiredCapacity, 0);
  const addresses = publicNodes + gateways;
  const others = [
    ...nodeGroups.map(formatNodes),
    ...(gateways === 0 ? [] : [`${gateways} NAT gateway${gateways === 1 ? '' : 's'}`]),
    'load balancers, traffic',
  ];
  return [
    `control plane: $${controlPlane[support.kind].toFixed(2)} an hour (Kubernetes ${version} is in ${support.kind} support)`,
    ...laterCosts(version, support),
    `${addresses} public IPv4 addresses (NAT gateways, nodes): $${(addresses * publicAddress).toFixed(3)} an hour`,
    `by the region's prices: ${others.join(', ')}`,
  ];
}

function formatNodes({ desiredCapacity, instanceTypes, spot, volumeSize }: NodeGroupSpec): string {
  const nodes = `${desiredCapacity} ${spot ? 'Spot ' : ''}${instanceTypes.join(' or ')}`;
  return `${nodes}, ${desiredCapacity} volumes of ${volumeSize} GiB (gp3)`;
}

function laterCosts(version: string, support: VersionSupport): string[] {
  const day = endingSoon(support);
  if (day === null) return [];
  const price = controlPlane.extended.toFixed(2);
  return [`control plane from ${day}: $${price} an hour (standard support of Kubernetes ${version} ends)`];
}
