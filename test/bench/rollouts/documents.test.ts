import { describe, expect, it } from '@jest/globals';
import {
  bookinfo,
  canaryOf,
  fourStages,
  sequentialGates,
  windowGates,
} from '../../../bench/rollouts/documents.ts';
import { resolveDocument } from '../../../domain/spec/resolve.ts';

const lab = {
  name: 'bench',
  address: '127.80.0.1',
  kubeconfig: '/state/kubeconfig',
  context: 'sluice-lab',
  prometheus: 'http://127.80.0.1:9090',
  istio: null,
  temporal: null,
  stateDir: '/state',
};

function resolved(document: object) {
  const resolution = resolveDocument(document);
  if ('issues' in resolution) throw new Error(JSON.stringify(resolution.issues));
  return resolution.document.spec;
}

describe('the documents of the bench', () => {
  it.each([[sequentialGates], [windowGates]])('shift reviews alone, from all traffic on stable', (gates) => {
    const plan = { stable: 'v1', candidate: 'v2', shares: [10, 100], hold: 30_000, gates };
    const { stages } = resolved(canaryOf(lab, plan));
    expect(stages.map(({ weights, hold }) => [weights.reviews, hold])).toEqual([
      [{ v1: 100 }, 0],
      [{ v1: 90, v2: 10 }, 30_000],
      [{ v2: 100 }, 30_000],
    ]);
    expect(stages.map((stage) => stage.gates.map(({ name, hosts }) => [name, hosts]))).toEqual([
      [],
      gates.map(({ name }) => [name, ['reviews']]),
      gates.map(({ name }) => [name, ['reviews']]),
    ]);
  });

  it('take the example through its four stages behind default gates', async () => {
    const spec = resolved(await fourStages('bench', 5_000));
    expect(spec.cluster).toEqual({ provider: 'lab', name: 'bench' });
    expect(spec.stages.map(({ hold, gates }) => [hold, gates.map(({ kind }) => kind)])).toEqual(
      Array.from({ length: 4 }, () => [5_000, ['errors', 'slowRequests']]),
    );
  });

  it('bring Bookinfo with all traffic on v1 and no gates', async () => {
    const { stages } = resolved(await bookinfo('bench'));
    expect(stages.map(({ hold, gates }) => [hold, gates])).toEqual([[0, []]]);
    expect(stages[0]?.weights.reviews).toEqual({ v1: 100 });
  });
});
