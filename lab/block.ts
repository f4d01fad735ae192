import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { labPorts, usedPorts } from './ports.ts';

/** First two octets of all addresses of a lab, such as `127.80`. */
export type Block = string;

/** First and last second octet a lab may have: beyond what resolvers and container engines use of 127.0.0.0/8. */
const firstBlock = 64;
const lastBlock = 254;
const blocks = lastBlock - firstBlock + 1;

/**
 * An address no lab ever has: what cannot be bound there is taken at every address. Each process has another one, so
 * that two labs that look at the same time do not take each other for such a program.
 */
export const probeAddress = `127.255.${1 + (process.pid % 250)}.${1 + (Math.floor(process.pid / 250) % 250)}`;

/** Address of the parts that every lab has once: API server, etcd, istiod, Prometheus. */
export function controlPlaneAddress(block: Block): string {
  return `${block}.0.1`;
}

/** Blocks in the order a lab tries them; the seed decides where it starts, so that a lab tends to get the same again. */
export function candidateBlocks(seed: string): Block[] {
  const start = createHash('sha256').update(seed).digest().readUInt32BE(0) % blocks;
  return Array.from({ length: blocks }, (_, step) => `127.${firstBlock + ((start + step) % blocks)}`);
}

/** First candidate that no known lab has and nothing listens in. Throws when all are in use. */
export async function chooseBlock(seed: string, taken: ReadonlySet<Block>): Promise<Block> {
  for (const block of candidateBlocks(seed)) {
    if (!taken.has(block) && (await isFree(block))) return block;
  }
  throw new Error(
    `no free loopback block: 127.${firstBlock}.0.0/16 to 127.${lastBlock}.0.0/16 are all in use; end a lab with 'sluice lab down --name <name>'`,
  );
}

/** Whether no other API server is in this block. Throws where the system has no such loopback addresses. */
export async function isFree(block: Block): Promise<boolean> {
  return canListen(controlPlaneAddress(block), labPorts.apiServer);
}

/** Throws when another program holds a port that a lab needs at every address of the machine. */
export async function requireFreePorts(ports: readonly number[] = usedPorts): Promise<void> {
  const free = await Promise.all(ports.map((port) => canListen(probeAddress, port)));
  const taken = ports.filter((_, index) => free[index] === false);
  if (taken.length === 0) return;
  throw new Error(
    `another program listens on port ${taken.join(', ')} of every address, which the lab needs: end that program, or let it listen on 127.0.0.1 alone`,
  );
}

async function canListen(host: string, port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') resolve(false);
    else reject(cannotListen(host, error));
  });
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}

function cannotListen(host: string, error: NodeJS.ErrnoException): Error {
  return new Error(
    `cannot listen on ${host} (${error.code ?? error.message}): the lab needs Linux, where all of 127.0.0.0/8 is loopback`,
    { cause: error },
  );
}
