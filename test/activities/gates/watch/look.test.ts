import { describe, expect, it } from '@jest/globals';
import { openEvidence } from '../../../../activities/gates/evidence.ts';
import { addLook, type Look } from '../../../../activities/gates/watch/look.ts';
import type { GateEvidence } from '../../../../activities/gates/evidence.ts';
import type { SequentialGateSpec } from '../../../../domain/spec/document.ts';
import { reviews } from '../../traffic/fake-mesh.ts';
import { errorsGate } from '../../../support/errors-gate.ts';

const gate: SequentialGateSpec = errorsGate;

const weights = { reviews: { v1: 90, v2: 10 } };

function look(second: number, requests: number): Look {
  const increases = requests === 0 ? [] : [{ ...answers, requests }];
  return {
    reading: { proxies: [caller], missed: [], trouble: null },
    increases,
    weights,
    at: second * 1_000,
  };
}

const answers = {
  kind: 'answers',
  series: 'a',
  proxy: 'productpage',
  host: 'reviews',
  subset: 'v2',
  answer: { code: '200', flags: [], status: null },
} as const;

/** A proxy that calls reviews and has counted nothing new. */
const caller = { proxy: 'productpage', isNew: false, counters: [{ ...answers, requests: 500 }] };

function lookFor(seconds: number, requests: number, evidence?: GateEvidence<SequentialGateSpec>) {
  const [opened] = openEvidence([gate], [reviews], weights);
  let so = evidence ?? (opened as GateEvidence<SequentialGateSpec>);
  const from = (so.last ?? 0) / 1_000;
  for (let second = 1; second <= seconds; second += 1)
    so = addLook(so, [null], look(from + second, requests));
  return so;
}

describe('a candidate that was good', () => {
  const good = lookFor(20, 5);

  it('passes while it gets requests, and in moments without', () => {
    expect(good.reports).toMatchObject([{ verdict: 'pass', requests: 100 }]);
    expect(lookFor(10, 0, good).reports).toMatchObject([{ verdict: 'pass', requests: 100 }]);
  });

  it('is not vouched for by the past when nobody calls it any more, until somebody does', () => {
    const silent = lookFor(20, 0, good);
    expect(silent.reports).toMatchObject([
      {
        verdict: 'inconclusive',
        requests: 100,
        reason: expect.stringMatching(/^no requests for 20s; before that, 0 of 100/),
      },
    ]);
    expect(lookFor(1, 5, silent).reports).toMatchObject([{ verdict: 'pass', requests: 105 }]);
  });

  it('is remembered to be silent by whoever goes on with the watch', () => {
    const restored = JSON.parse(JSON.stringify(lookFor(10, 0, good))) as GateEvidence<SequentialGateSpec>;
    expect(lookFor(10, 0, restored).reports).toMatchObject([{ verdict: 'inconclusive' }]);
  });
});

describe('a candidate that has testers alone', () => {
  const all = { reviews: { v1: 100, v2: 0 } };
  const matches = [{ headers: { 'x-tester': { exact: 'yes' } } }];
  const diversions = { reviews: { testers: [{ subset: 'v2', matches }], mirror: null } };
  const [opened] = openEvidence([gate], [reviews], all, diversions);
  const unknown = { ...answers, series: 'b', subset: null, answer: { ...answers.answer, code: '503' } };

  it('is judged by their requests, and failures without a version are told', () => {
    const seen = { ...look(1, 0), weights: all, diversions };
    const increases = [
      { ...answers, requests: 50 },
      { ...unknown, requests: 3 },
    ];
    const { reports } = addLook(opened as GateEvidence<SequentialGateSpec>, [null], { ...seen, increases });
    expect(reports).toMatchObject([
      {
        subset: 'v2',
        requests: 50,
        reason: expect.stringContaining('3 more failed, version unknown'),
      },
    ]);
  });
});
