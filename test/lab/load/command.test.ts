import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Command } from 'commander';
import { register } from '../../../lab/load/command.ts';

const page = '<title>Simple Bookstore App</title><h4>Book Reviews</h4>Reviews served by: reviews-v1-a-b';

let directory: string;
let server: Server;
let url: string;
let printed: string;
let progress: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-load-'));
  server = createServer((_, response) => response.end(page));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/productpage`;
  printed = '';
  progress = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((printed += String(text))));
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((progress += String(text))));
});

afterEach(async () => {
  jest.restoreAllMocks();
  server.close();
  server.closeAllConnections();
  await rm(directory, { recursive: true });
});

function run(...args: string[]): Promise<Command> {
  const program = new Command().exitOverride();
  register(program);
  return program.parseAsync(['load', ...args], { from: 'user' });
}

describe('sluice lab load', () => {
  it('prints one JSON document, and records every request', async () => {
    const file = join(directory, 'requests.jsonl');
    await run('--url', url, '--rate', '50', '--duration', '300ms', '--record', file, '--output', 'json');
    const summary = JSON.parse(printed) as { requests: number };
    expect(summary).toMatchObject({ url, rate: 50, failed: 0, byVersion: { v1: summary.requests } });
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(summary.requests);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      latencyMs: expect.any(Number),
      status: 200,
      version: 'v1',
      error: null,
    });
    expect(progress).toMatch(/requests, 0 failed; v1: \d+ \(100\.0 %\)\n$/);
  });

  it('prints a summary for people', async () => {
    await run('--url', url, '--rate', '20', '--duration', '200ms');
    expect(printed).toMatch(/\/productpage: \d+ requests, 0 failed; v1: \d+ \(100\.0 %\)\n/);
    expect(printed).toMatch(/requests\/s, latency p50 [\d.]+ ms, p99 [\d.]+ ms\n$/);
  });

  it('says what is wrong before it sends anything', async () => {
    await expect(run('--url', url, '--rate', 'fast')).rejects.toThrow('rate is NaN');
    await expect(run('--url', url, '--duration', 'long')).rejects.toThrow('"long" is not a duration');
    await expect(run('--url', url, '--record', join(directory, 'no', 'file'))).rejects.toThrow('ENOENT');
    expect(printed).toBe('');
  });
});
