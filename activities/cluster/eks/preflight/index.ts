import { log } from '@temporalio/activity';
import type { AwsClients } from '../../../aws/clients.ts';
import { imageTypeOf } from '../node-groups/image-type.ts';
import { type NewEksCluster, natGatewaysOf } from '../new-cluster.ts';
import { checkAddresses } from './addresses.ts';
import { type Identity, identify } from './identity.ts';
import { checkPermissions } from './permissions.ts';
import { checkVersion, type VersionSupport } from './version.ts';
import { chooseZones } from './zones.ts';

export { identify, regionOf, renewCredentials, type Identity } from './identity.ts';

/** What the creation of a cluster needs to know of its account. */
export interface Preflight extends Identity {
  readonly zones: readonly string[];
  readonly support: VersionSupport;
}

/** Finds out all that can be known to go wrong before anything is created. */
export async function preflight(aws: AwsClients, spec: NewEksCluster): Promise<Preflight> {
  const { name, version, nodeGroups } = spec;
  const identity = await identify(aws);
  log.info(`AWS account ${identity.account} in ${identity.region}, as ${identity.arn}`);
  const support = await checkVersion(aws, version);
  const zones = await chooseZones(aws, identity.region, nodeGroups);
  for (const group of nodeGroups) await imageTypeOf(aws, group);
  await checkPermissions(aws, name, identity);
  await checkAddresses(aws, identity.region, natGatewaysOf(spec, zones.length));
  return { ...identity, zones, support };
}
