/** The network of a cluster: a VPC with a public and a private subnet in each zone, and NAT gateways. */
import { parseBlock, partOf } from '../../domain/ip-block.ts';
import type { GivenVpc } from '../../domain/spec/schema/eks-config.ts';
import { nameTag, ref, attribute, type Resource, type Resources } from './template.ts';

/** eksctl's default, and its division into eighths, public ones first. */
const defaultBlock = '192.168.0.0/16';
const partBits = 3;

/** How private subnets reach the internet: eksctl's `vpc.nat.gateway`. */
export type NatMode = NonNullable<GivenVpc['nat']>['gateway'];

/** eksctl's default. */
export const defaultNatMode: NatMode = 'Single';

/** Tags by which Kubernetes' load balancer controllers find subnets. */
const publicRole = 'kubernetes.io/role/elb';
const privateRole = 'kubernetes.io/role/internal-elb';

/** Logical id of a zone's resource, as in `SubnetPublicUSWEST1A`. */
function zonal(prefix: string, zone: string): string {
  return prefix + zone.replaceAll('-', '').toUpperCase();
}

export function publicSubnet(zone: string): string {
  return zonal('SubnetPublic', zone);
}

export function privateSubnet(zone: string): string {
  return zonal('SubnetPrivate', zone);
}

/**
 * All of the network of a new cluster.
 * @param zones two or three availability zones
 * @param vpc what the document says of it
 */
export function network(zones: readonly string[], vpc: GivenVpc = {}): Resources {
  const mode = vpc.nat?.gateway ?? defaultNatMode;
  const CidrBlock = vpc.cidr ?? defaultBlock;
  return {
    VPC: {
      Type: 'AWS::EC2::VPC',
      Properties: { CidrBlock, EnableDnsHostnames: true, EnableDnsSupport: true, Tags: [nameTag('VPC')] },
    },
    ...internetGateway(),
    ...natGateways(zones, mode),
    ...Object.fromEntries(
      zones.flatMap((zone, index) =>
        Object.entries(zoneResources({ zone, index, zones, block: CidrBlock, mode })),
      ),
    ),
  };
}

function internetGateway(): Resources {
  return {
    InternetGateway: {
      Type: 'AWS::EC2::InternetGateway',
      Properties: { Tags: [nameTag('InternetGateway')] },
    },
    VPCGatewayAttachment: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { VpcId: ref('VPC'), InternetGatewayId: ref('InternetGateway') },
    },
    PublicRouteTable: routeTable('PublicRouteTable'),
    PublicSubnetRoute: {
      ...route('PublicRouteTable', { GatewayId: ref('InternetGateway') }),
      DependsOn: ['VPCGatewayAttachment'],
    },
  };
}

/** One in the first zone, one in each, or none; a gateway of a zone has the zone in its logical id. */
function natGateways(zones: readonly string[], mode: NatMode): Resources {
  if (mode === 'Disable') return {};
  if (mode === 'Single') return natGateway(zones[0] ?? '', (prefix) => prefix);
  return Object.assign(
    {},
    ...zones.map((zone) => natGateway(zone, (prefix) => zonal(prefix, zone))),
  ) as Resources;
}

function natGateway(zone: string, idOf: (prefix: string) => string): Resources {
  const [address, gateway] = [idOf('NATIP'), idOf('NATGateway')];
  return {
    [address]: {
      Type: 'AWS::EC2::EIP',
      Properties: { Domain: 'vpc', Tags: [nameTag(address)] },
      DependsOn: ['VPCGatewayAttachment'],
    },
    [gateway]: {
      Type: 'AWS::EC2::NatGateway',
      Properties: {
        AllocationId: attribute(address, 'AllocationId'),
        SubnetId: ref(publicSubnet(zone)),
        Tags: [nameTag(gateway)],
      },
    },
  };
}

interface Zone {
  readonly zone: string;
  readonly index: number;
  readonly zones: readonly string[];
  readonly block: string;
  readonly mode: NatMode;
}

function zoneResources({ zone, index, zones, block, mode }: Zone): Resources {
  const ofPublic = publicSubnet(zone);
  const ofPrivate = privateSubnet(zone);
  const table = zonal('PrivateRouteTable', zone);
  const part = (number: number) => partOf(parseBlock(block) ?? { first: 0, length: 0 }, partBits, number);
  return {
    [ofPublic]: subnet(ofPublic, zone, part(index), publicRole, { MapPublicIpOnLaunch: true }),
    [ofPrivate]: subnet(ofPrivate, zone, part(zones.length + index), privateRole),
    [table]: routeTable(table),
    ...natRoute(zone, table, mode),
    [zonal('RouteTableAssociationPublic', zone)]: association(ofPublic, 'PublicRouteTable'),
    [zonal('RouteTableAssociationPrivate', zone)]: association(ofPrivate, table),
  };
}

function natRoute(zone: string, table: string, mode: NatMode): Resources {
  if (mode === 'Disable') return {};
  const gateway = mode === 'Single' ? 'NATGateway' : zonal('NATGateway', zone);
  return { [zonal('NATPrivateSubnetRoute', zone)]: route(table, { NatGatewayId: ref(gateway) }) };
}

function subnet(id: string, zone: string, CidrBlock: string, role: string, more: object = {}): Resource {
  return {
    Type: 'AWS::EC2::Subnet',
    Properties: {
      VpcId: ref('VPC'),
      AvailabilityZone: zone,
      CidrBlock,
      ...more,
      Tags: [{ Key: role, Value: '1' }, nameTag(id)],
    },
  };
}

function routeTable(id: string): Resource {
  return { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('VPC'), Tags: [nameTag(id)] } };
}

function route(table: string, target: object): Resource {
  const Properties = { RouteTableId: ref(table), DestinationCidrBlock: '0.0.0.0/0', ...target };
  return { Type: 'AWS::EC2::Route', Properties };
}

function association(subnetId: string, table: string): Resource {
  const Properties = { SubnetId: ref(subnetId), RouteTableId: ref(table) };
  return { Type: 'AWS::EC2::SubnetRouteTableAssociation', Properties };
}
