import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import type { LoadRun } from '../../lab/load/run.ts';
import { Lab } from './fixtures/lab.ts';
import { bringBookinfo } from './fixtures/rollout.ts';
import { gitOps } from './suites/gitops.ts';
import { waysBack } from './suites/way-back.ts';

jest.setTimeout(45 * 60_000);

let lab: Lab;
let load: LoadRun;

beforeAll(async () => {
  lab = await Lab.up('routes');
  load = await bringBookinfo(lab);
});

afterAll(async () => {
  await lab.down();
});

const on = () => ({ lab, load });

describe('the way back', () => {
  waysBack(on);
});

describe('routes that a tool keeps as Git has them', () => {
  gitOps(on);
});
