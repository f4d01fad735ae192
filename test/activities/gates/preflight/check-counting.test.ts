import { describe, expect, it } from '@jest/globals';
import { checkCounting } from '../../../../activities/gates/preflight/check-counting.ts';
import type { SequentialGateSpec } from '../../../../domain/spec/document.ts';
import { errorsGate } from '../../../support/errors-gate.ts';
import { asActivity } from '../../support/activity.ts';
import { FakeMesh, service, versionPod } from '../../traffic/fake-mesh.ts';
import { answersOf } from '../counters/statistics.ts';

const gate: SequentialGateSpec = { ...errorsGate, interval: 250 };

const target = (subset: string, labels: Record<string, string>) => ({ host: 'reviews', subset, labels });

/** The cluster's answer to a question of Envoy's admin interface. */
function endpoints(requests: number): string {
  const stats = [{ name: 'rq_total', value: String(requests) }];
  const name = 'outbound|9080||reviews.default.svc.cluster.local';
  return JSON.stringify({ cluster_statuses: [{ name, host_statuses: [{ stats }] }] });
}

function meshOf(...answers: string[]): FakeMesh {
  const mesh = new FakeMesh(service('reviews'), versionPod('v1'), versionPod('v2'));
  mesh.proxy('productpage', (count) => answers[Math.min(count, answers.length - 1)] ?? '');
  return mesh;
}

async function check(mesh: FakeMesh, labels: [Record<string, string>, Record<string, string>]) {
  const targets = [{ target: target('v2', labels[1]), stable: target('v1', labels[0]) }];
  const source = { client: () => mesh, namespace: 'default' };
  return asActivity(() => checkCounting(source, gate, targets));
}

const byVersion: [Record<string, string>, Record<string, string>] = [{ version: 'v1' }, { version: 'v2' }];

describe('a gate that counts', () => {
  it('is fine where a proxy counts requests to the service', async () => {
    await expect(check(meshOf(answersOf('v1', { '200': 3 })), byVersion)).resolves.toEqual([]);
  });

  it('is warned of where nobody has called the service yet', async () => {
    await expect(check(meshOf('', endpoints(0), ''), byVersion)).resolves.toEqual([
      { isProblem: false, text: expect.stringContaining('no proxy has counted requests to reviews yet') },
    ]);
  });

  it('is warned of where proxies do not answer, without a word on what they count', async () => {
    const mesh = meshOf('', endpoints(0), '');
    mesh.proxy('details', () => new Error('connection refused'));
    await expect(check(mesh, byVersion)).resolves.toEqual([
      {
        isProblem: false,
        text: expect.stringMatching(
          /^it is not known whether proxies count requests to reviews: .*details.*connection refused/,
        ),
      },
    ]);
  });

  it('is warned of where requests went uncounted', async () => {
    await expect(check(meshOf('', endpoints(120), ''), byVersion)).resolves.toEqual([
      {
        isProblem: false,
        text: expect.stringMatching(/^proxies have sent 120 requests to reviews and counted none/),
      },
    ]);
  });

  it('is fine where requests came after the first reading', async () => {
    const mesh = meshOf('', endpoints(3), answersOf('v1', { '200': 3 }));
    await expect(check(mesh, byVersion)).resolves.toEqual([]);
  });

  it('is refused where metrics cannot tell the subsets apart', async () => {
    const mesh = meshOf(answersOf('v1', { '200': 3 }));
    const same = [{ app: 'reviews' }, { app: 'reviews' }] as [Record<string, string>, Record<string, string>];
    await expect(check(mesh, same)).resolves.toEqual([
      {
        isProblem: true,
        text: expect.stringContaining('the pods of v2 and v1 of reviews have the same version'),
      },
    ]);
  });
});

describe('a gate that counts copies', () => {
  const copied = async (mesh: FakeMesh) => {
    const targets = [
      {
        target: target('v2', { version: 'v2' }),
        stable: target('v1', { version: 'v1' }),
        isCopied: true as const,
      },
    ];
    const source = { client: () => mesh, namespace: 'default' };
    return asActivity(() => checkCounting(source, gate, targets));
  };

  it('is fine where a proxy tells of its endpoints', async () => {
    const mesh = meshOf(endpoints(0), answersOf('v1', { '200': 3 }));
    await expect(copied(mesh)).resolves.toEqual([]);
  });

  it('is refused where none does, for nothing else counts copies', async () => {
    const mesh = meshOf('no such page', answersOf('v1', { '200': 3 }));
    for (const version of ['v1', 'v2'])
      mesh.dumps.set(versionPod(version).metadata.name, () => new Error('forbidden'));
    await expect(copied(mesh)).resolves.toEqual([
      {
        isProblem: true,
        text: expect.stringMatching(/^copies of requests cannot be counted, as no proxy tells/),
      },
    ]);
  });
});
