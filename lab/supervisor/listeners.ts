import { existsSync, readFileSync } from 'node:fs';
import type { Block } from '../block.ts';

/** State LISTEN in /proc/net/tcp. */
const listenState = '0A';
/** An IPv4 address in an IPv6 socket, as /proc/net/tcp6 spells it. */
const mappedPrefix = '0000000000000000FFFF0000';

/** Addresses and ports of the block that something listens on, such as `127.80.0.1:6443`. */
export function listenersIn(block: Block): string[] {
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .filter((file) => existsSync(file))
    .flatMap((file) => parseListeners(readFileSync(file, 'utf8')))
    .filter((listener) => listener.startsWith(`${block}.`));
}

/** Listening IPv4 sockets in the text of /proc/net/tcp or tcp6. */
export function parseListeners(table: string): string[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === listenState)
    .map((fields) => decodeSocket(fields[1] ?? ''))
    .filter((socket) => socket !== undefined);
}

function decodeSocket(text: string): string | undefined {
  const [address = '', port = ''] = text.split(':');
  const ipv4 = address.startsWith(mappedPrefix) ? address.slice(mappedPrefix.length) : address;
  if (ipv4.length !== 8) return undefined;
  // The kernel prints the address as a number of the machine's own byte order, little-endian where the lab runs.
  const octets = Buffer.from(ipv4, 'hex').reverse();
  return `${octets.join('.')}:${Number.parseInt(port, 16)}`;
}
