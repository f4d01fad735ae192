import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createFaultKnobs } from '../../../lab/bookinfo/fault-knobs.ts';

let directory: string;
let file: string;
let now: number;
const knobs = () => createFaultKnobs(file, 'reviews-v3', () => now);

function write(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  directory = mkdtempSync(join(tmpdir(), 'sluice-faults-'));
  file = join(directory, 'faults.json');
  now = 1_000;
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

describe('createFaultKnobs', () => {
  it('follows the file, looking at most every 50 ms', () => {
    const fault = knobs();
    expect(fault()).toEqual({});
    write('{"reviews-v3":{"error":0.5}}');
    now += 49;
    expect(fault()).toEqual({});
    now += 1;
    expect(fault()).toEqual({ error: 0.5 });
    write('{"reviews-v3":{"error":0.6}}');
    now += 50;
    expect(fault()).toEqual({ error: 0.6 });
    rmSync(file);
    now += 50;
    expect(fault()).toEqual({});
  });

  it('minds its own workload alone', () => {
    write('{"reviews-v2":{"crash":true}}');
    expect(knobs()()).toEqual({});
  });

  it.each(['{"reviews-v3":', '[]', '{"reviews-v3":{"error":7}}'])('stays as it was on %s', (text) => {
    write('{"reviews-v3":{"latencyMs":5}}');
    const fault = knobs();
    expect(fault()).toEqual({ latencyMs: 5 });
    write(text);
    now += 50;
    expect(fault()).toEqual({ latencyMs: 5 });
  });

  it('has no fault without a file', () => {
    expect(createFaultKnobs(undefined, 'reviews-v3')()).toEqual({});
  });
});
