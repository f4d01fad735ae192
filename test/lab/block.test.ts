import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { candidateBlocks, chooseBlock, probeAddress, requireFreePorts } from '../../lab/block.ts';

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(port: number, host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

describe('the block of a lab', () => {
  it('is one of 127.64 to 127.254, each a candidate once, the same first one for the same lab', () => {
    const candidates = candidateBlocks('/state/labs/default');
    expect(new Set(candidates).size).toBe(191);
    expect(candidates.every((block) => /^127\.\d+$/.test(block))).toBe(true);
    const octets = candidates.map((block) => Number(block.split('.')[1]));
    expect([Math.min(...octets), Math.max(...octets)]).toEqual([64, 254]);
    expect(candidateBlocks('/state/labs/default')).toEqual(candidates);
    expect(candidateBlocks('/state/labs/other')).not.toEqual(candidates);
  });

  it('is not one that another lab has or where something answers already', async () => {
    const seed = `test ${process.pid} ${performance.now()}`;
    const free = await chooseBlock(seed, new Set());
    await listen(6443, `${free}.0.1`);
    const next = await chooseBlock(seed, new Set());
    expect(next).not.toBe(free);
    expect([free, next]).not.toContain(await chooseBlock(seed, new Set([next])));
  });

  it('cannot be had when every one is taken, and the message says what to do', async () => {
    const all = new Set(candidateBlocks('x'));
    await expect(chooseBlock('x', all)).rejects.toThrow("end a lab with 'sluice lab down --name <name>'");
  });

  it('is of no use while another program has a port of the lab at every address', async () => {
    // Stands for a program that listens everywhere: no lab has this address, so who holds it holds them all.
    const taken = await listen(0, probeAddress);
    const elsewhere = await listen(0, '127.0.0.1');
    await expect(requireFreePorts([taken, elsewhere])).rejects.toThrow(
      `another program listens on port ${taken} of every address`,
    );
    await expect(requireFreePorts([elsewhere])).resolves.toBeUndefined();
  });
});
