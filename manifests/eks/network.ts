/** The network of a cluster: a VPC with a public and a private subnet in each zone, and one NAT gateway. */
import { nameTag, ref, attribute, type Resource, type Resources } from './template.ts';

/** eksctl's: 192.168.0.0/16 in eight parts of /19, public ones first. */
const vpcBlock = '192.168.0.0/16';
const partSize = 32;
const firstPrivatePart = 2;

/** Largest number of zones: with three, private parts begin at the fourth. */
const manyZones = 3;

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

/** All of the network for the given zones. */
export function network(zones: readonly string[]): Resources {
  return {
    VPC: {
      Type: 'AWS::EC2::VPC',
      Properties: {
        CidrBlock: vpcBlock,
        EnableDnsHostnames: true,
        EnableDnsSupport: true,
        Tags: [nameTag('VPC')],
      },
    },
    ...gateways(zones[0] ?? ''),
    ...Object.fromEntries(
      zones.flatMap((zone, index) => Object.entries(zoneResources(zone, index, zones.length))),
    ),
  };
}

function gateways(firstZone: string): Resources {
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
    NATIP: {
      Type: 'AWS::EC2::EIP',
      Properties: { Domain: 'vpc', Tags: [nameTag('NATIP')] },
      DependsOn: ['VPCGatewayAttachment'],
    },
    NATGateway: {
      Type: 'AWS::EC2::NatGateway',
      Properties: {
        AllocationId: attribute('NATIP', 'AllocationId'),
        SubnetId: ref(publicSubnet(firstZone)),
        Tags: [nameTag('NATGateway')],
      },
    },
  };
}

function zoneResources(zone: string, index: number, zones: number): Resources {
  const ofPublic = publicSubnet(zone);
  const ofPrivate = privateSubnet(zone);
  const table = zonal('PrivateRouteTable', zone);
  const firstPrivate = zones < manyZones ? firstPrivatePart : manyZones;
  return {
    [ofPublic]: subnet(ofPublic, zone, index, publicRole, { MapPublicIpOnLaunch: true }),
    [ofPrivate]: subnet(ofPrivate, zone, firstPrivate + index, privateRole),
    [table]: routeTable(table),
    [zonal('NATPrivateSubnetRoute', zone)]: route(table, { NatGatewayId: ref('NATGateway') }),
    [zonal('RouteTableAssociationPublic', zone)]: association(ofPublic, 'PublicRouteTable'),
    [zonal('RouteTableAssociationPrivate', zone)]: association(ofPrivate, table),
  };
}

function subnet(id: string, zone: string, part: number, role: string, more: object = {}): Resource {
  return {
    Type: 'AWS::EC2::Subnet',
    Properties: {
      VpcId: ref('VPC'),
      AvailabilityZone: zone,
      CidrBlock: `192.168.${part * partSize}.0/19`,
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
