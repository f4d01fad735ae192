/** Where a worker sends the requests that specs ask for: gates, notifications, queries of Prometheus. */
import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

/** Hosts and blocks of addresses that specs may name, separated by commas. */
export const destinationsVariable = 'SLUICE_DESTINATIONS';

/**
 * Addresses that give a machine its identity or its credentials: link-local ones with the metadata services of AWS, Azure,
 * Google Cloud and most others, and the ones that are elsewhere: AWS and Google Cloud by IPv6, Alibaba Cloud, Azure's wire
 * server, Oracle Cloud's older one; and the same by NAT64 (RFC 6052, RFC 8215), 6to4 and as IPv4-compatible IPv6.
 */
const metadataBlocks = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::/32',
  'fd20:ce::/32',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  '64:ff9b::a9fe:0/112',
  '64:ff9b::6464:64c8/128',
  '64:ff9b::a83f:8110/128',
  '64:ff9b:1::a9fe:0/112',
  '2002:a9fe::/32',
  '::a9fe:0/112',
];

/** What a worker lets specs reach. */
export interface Destinations {
  /** Names, as in `hooks.shop` or `*.example.com`; null where the worker names no destinations. */
  readonly hosts: readonly string[] | null;
  /** Blocks that the worker names. */
  readonly named: BlockList;
  /** Those of them that are meant for link-local and metadata addresses: they begin with one. */
  readonly namedMetadata: BlockList;
}

const metadata = blockListOf(metadataBlocks);

/**
 * Reads the destinations of a worker.
 * @param env of the worker
 * @returns what specs may reach; without the variable all but link-local and metadata addresses
 * @throws Error that names the entry and what is allowed
 */
export function readDestinations(env: Environment): Destinations {
  const text = env[destinationsVariable]?.trim() ?? '';
  const entries = text
    .split(',')
    .flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim().toLowerCase()]));
  const blocks = entries.filter(isBlock);
  const hosts = entries.filter((entry) => !isBlock(entry));
  for (const host of hosts) requireHost(host);
  return {
    hosts: entries.length === 0 ? null : hosts,
    named: blockListOf(blocks),
    namedMetadata: blockListOf(blocks.filter((block) => contains(metadata, block.split('/')[0] ?? ''))),
  };
}

const hostForm = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?$/;

function requireHost(host: string): void {
  if (hostForm.test(host)) return;
  throw new Error(
    `${destinationsVariable} has '${host}': give names of hosts (hooks.shop, *.example.com), addresses or blocks (10.0.0.0/8), separated by commas`,
  );
}

/**
 * Whether a request may go to a host, as far as its name tells.
 * @param destinations of the worker
 * @param host name or address of a URL, without brackets
 * @returns why not; null where it may, or its addresses decide
 */
export function hostRefusal(destinations: Destinations, host: string): string | null {
  return isIP(host) === 0 ? null : addressRefusal(destinations, host, host);
}

/**
 * Whether a request to a host may go to one of its addresses.
 * @param destinations of the worker
 * @param host name or address of a URL, without brackets
 * @param address that it has
 * @returns why not; null where it may
 */
export function addressRefusal(destinations: Destinations, host: string, address: string): string | null {
  if (contains(metadata, address))
    return contains(destinations.namedMetadata, address)
      ? null
      : `the worker refuses ${shown(host, address)}, an address of link-local or metadata services`;
  if (contains(destinations.named, address)) return null;
  if (destinations.hosts === null || destinations.hosts.some((pattern) => matches(pattern, host)))
    return null;
  return `the worker refuses ${shown(host, address)}: ${destinationsVariable} does not name it`;
}

function shown(host: string, address: string): string {
  return host === address ? host : `${host} (${address})`;
}

function matches(pattern: string, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}

function isBlock(entry: string): boolean {
  const [address = '', length, ...rest] = entry.split('/');
  const kind = isIP(address);
  if (kind === 0 || rest.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (kind === 4 ? 32 : 128));
}

function blockListOf(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', length] = block.split('/');
    const isV6 = isIP(address) === 6;
    list.addSubnet(address, Number(length ?? (isV6 ? 128 : 32)), isV6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** An IPv6 address that maps one of IPv4 is in the blocks of that one, as BlockList has it. */
function contains(list: BlockList, address: string): boolean {
  const [plain = ''] = address.split('%');
  return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}
