/** Blocks of IPv4 addresses, as in `10.20.0.0/16`. */

/** First address as a number, and length of the prefix in bits. */
export interface IpBlock {
  readonly first: number;
  readonly length: number;
}

const form = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/**
 * Reads a block.
 * @param text as in `10.20.0.0/16`
 * @returns null where it is none, or does not begin at its first address
 */
export function parseBlock(text: string): IpBlock | null {
  const parts = form.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const octets = parts.slice(0, 4);
  const length = parts[4] ?? 0;
  if (length > 32 || octets.some((octet) => octet > 255)) return null;
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return first % 2 ** (32 - length) === 0 ? { first, length } : null;
}

/**
 * One of the equal parts of a block.
 * @param block to be divided into parts
 * @param bits by which the prefix of a part is longer: 3 for eighths
 * @param index of the part, from 0
 * @returns the part, as in `10.20.32.0/19`
 */
export function partOf({ first, length }: IpBlock, bits: number, index: number): string {
  const size = 2 ** (32 - length - bits);
  return `${formatAddress(first + index * size)}/${length + bits}`;
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
