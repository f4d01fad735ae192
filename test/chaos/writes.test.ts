import { describe, expect, it } from '@jest/globals';
import type { RolloutResult, StageResult, SubsetWeights } from '../../domain/rollout.ts';
import { needlessWrites, shiftsOf, wrongShifts } from './checks/writes.ts';
import type { Write } from './run/audit.ts';

const path = '/apis/networking.istio.io/v1/namespaces/default/virtualservices/reviews';

let time = 0;

function write(weights: SubsetWeights, more: Partial<Write> & { readonly mark?: string } = {}): Write {
  const { mark = 'run', ...fields } = more;
  const route = Object.entries(weights).map(([subset, weight]) => ({
    destination: { host: 'reviews', subset },
    weight,
  }));
  return {
    at: (time += 1_000),
    verb: 'patch',
    path,
    manager: 'sluice',
    code: 200,
    body: {
      metadata: { name: 'reviews', resourceVersion: String(time), labels: mark } as object,
      spec: { http: [{ route }] },
    },
    generation: null,
    ...fields,
  };
}

/** Each a change of the object. */
function counted(...writes: readonly Write[]): Write[] {
  return writes.map((one, index) => ({ ...one, generation: index + 1 }));
}

function ended(
  outcome: RolloutResult['outcome'],
  ...stages: readonly [SubsetWeights, observed: boolean][]
): RolloutResult {
  const all = stages.map(
    ([weights, observed], index) =>
      ({
        name: `stage-${index + 1}`,
        weights: { reviews: weights },
        startedAt: '2026-01-01T00:00:00Z',
        observedAt: observed ? '2026-01-01T00:00:01Z' : null,
      }) as unknown as StageResult,
  );
  return { outcome, stages: all } as unknown as RolloutResult;
}

const v1 = { v1: 100 };
const ten = { v1: 90, v2: 10 };
const v3 = { v3: 100 };

describe('writes of a run', () => {
  it('are needless when they say what the last one of the object said, whatever version they insist on', () => {
    expect(needlessWrites([write(v1), write(ten), write(v1)])).toEqual([]);
    expect(needlessWrites([write(v1), write(v1)])).toHaveLength(1);
    expect(needlessWrites([write(v1), write(v1, { mark: 'none' })])).toEqual([]);
    const byLab = { manager: 'sluice-lab-node' };
    expect(needlessWrites([write(v1, byLab), write(v1, byLab)])).toEqual([]);
  });

  it('are needed again once somebody else has changed or removed the object', () => {
    expect(needlessWrites([write(v1), write(ten, { manager: 'another' }), write(v1)])).toEqual([]);
    expect(
      needlessWrites([write(v1), write({}, { verb: 'delete', manager: '', body: null }), write(v1)]),
    ).toEqual([]);
  });

  it('do not count when the API server refused them, or never answered', () => {
    expect(needlessWrites([write(v1), write(v1, { code: 409 }), write(v1, { code: null })])).toEqual([]);
  });

  it('are right when each stage was written once, in its order', () => {
    const result = ended('Promoted', [v1, true], [ten, true], [v3, true]);
    const writes = counted(write(v1), write(ten), write(v3));
    expect(wrongShifts(result, writes)).toEqual([]);
    expect(shiftsOf(writes).map(({ weights }) => weights)).toEqual([v1, ten, v3]);
  });

  it('are wrong when a stage is missing, or was written twice', () => {
    const result = ended('Promoted', [v1, true], [ten, true], [v3, true]);
    expect(wrongShifts(result, counted(write(v1), write(v3)))).toHaveLength(1);
    expect(
      wrongShifts(result, counted(write(v1), write(ten), write(v1), write(ten), write(v3))),
    ).toHaveLength(1);
  });

  it('are wrong when the object changed more often than it was written', () => {
    const result = ended('Promoted', [v1, true], [v3, true]);
    const writes = [write(v1, { generation: 1 }), write(v3, { generation: 4 })];
    expect(wrongShifts(result, writes)).toEqual([
      'the VirtualService changed 4 times, and was written 2 times',
    ]);
  });

  it('go back to the stable version unless it was promoted', () => {
    const result = ended('Aborted', [v1, true], [ten, true]);
    expect(wrongShifts(result, counted(write(v1), write(ten), write(v1)))).toEqual([]);
    expect(wrongShifts(result, counted(write(v1), write(ten)))).toHaveLength(1);
  });

  it('may lack a shift that was left before it was seen', () => {
    const result = ended('Aborted', [v1, true], [ten, false]);
    expect(wrongShifts(result, counted(write(v1), write(ten), write(v1)))).toEqual([]);
    expect(wrongShifts(result, counted(write(v1)))).toEqual([]);
  });

  it('may lack one that a killed API server did not log', () => {
    const result = ended('Promoted', [v1, true], [ten, true], [v3, true]);
    const writes = [
      write(v1, { generation: 1 }),
      write(ten, { code: null, body: null }),
      write(v3, { generation: 3 }),
    ];
    expect(wrongShifts(result, writes)).toEqual([]);
    expect(wrongShifts(result, [...writes, write(ten)])).toHaveLength(1);
  });
});
