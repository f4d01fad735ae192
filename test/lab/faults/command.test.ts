import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Command } from 'commander';
import { register } from '../../../lab/faults/command.ts';

let state: string;
let printed: string;
const before = process.env.XDG_STATE_HOME;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'sluice-state-'));
  process.env.XDG_STATE_HOME = state;
  await mkdir(join(state, 'sluice', 'labs', 'default'), { recursive: true });
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(async () => {
  jest.restoreAllMocks();
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
  await rm(state, { recursive: true });
});

async function run(...args: string[]): Promise<string> {
  const program = new Command().exitOverride();
  register(program);
  printed = '';
  await program.parseAsync(['fault', ...args], { from: 'user' });
  return printed;
}

describe('sluice lab fault', () => {
  it('turns faults on in the lab, and shows what is on', async () => {
    expect(await run('reviews-v3=error:0.5,latency:800ms', 'ratings-v1=crash')).toBe(
      'reviews-v3: 50 % errors, 800ms added latency\nratings-v1: crashes\n',
    );
    expect(await run('ratings-v1=none', '--output', 'json')).toBe(
      '{"reviews-v3":{"error":0.5,"latencyMs":800}}\n',
    );
    const file = await readFile(join(state, 'sluice', 'labs', 'default', 'faults.json'), 'utf8');
    expect(JSON.parse(file)).toEqual({ 'reviews-v3': { error: 0.5, latencyMs: 800 } });
    expect(await run('--list')).toBe('reviews-v3: 50 % errors, 800ms added latency\n');
    expect(await run('reviews-v3=strict')).toBe('reviews-v3: fails when ratings does\n');
    expect(await run('reviews-v3=none')).toBe('no faults are on\n');
  });

  it('changes nothing when one of several is wrong', async () => {
    await expect(run('reviews-v3=crash', 'reviews-v3=explode')).rejects.toThrow('explode');
    expect(await run('--list')).toBe('no faults are on\n');
  });

  it('says what to give when nothing was, and how to start a lab that is not up', async () => {
    await expect(run()).rejects.toThrow('no fault given: give <workload>=error:0.5');
    await expect(run('reviews-v3=crash', '--name', 'other')).rejects.toThrow(
      "no lab 'other' is up: start it with 'sluice lab up --name other'",
    );
  });
});
