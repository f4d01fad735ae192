import { afterEach, describe, expect, it } from '@jest/globals';
import { checkQuery } from '../../../../activities/gates/preflight/check-query.ts';
import type { PromqlGateSpec } from '../../../../domain/spec/document.ts';
import { asActivity } from '../../support/activity.ts';
import { result, startPrometheus, type Answer, type Asked, type FakePrometheus } from '../fake-prometheus.ts';
import { sampled } from '../samples/fixtures.ts';

const query = 'q{v="{{version}}"}';
const gate: PromqlGateSpec = { ...sampled, kind: 'promql', query, min: null, max: 10 };
const v2 = { host: 'reviews', subset: 'v2', labels: { version: 'v2' } };
const v3 = { host: 'reviews', subset: 'v3', labels: { version: 'v3' } };

let server: FakePrometheus | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function check(answer: (asked: Asked) => Answer, targets = [v2], stable: typeof v2 | null = null) {
  server = await startPrometheus(answer);
  const source = { prometheus: server.spec, namespace: 'shop' };
  return asActivity(() =>
    checkQuery(
      source,
      gate,
      targets.map((target) => ({ target, stable })),
    ),
  );
}

describe('a query is a problem', () => {
  it.each<[string, Answer, RegExp]>([
    [
      'Prometheus refuses it',
      { code: 400, body: '{"status":"error","errorType":"bad_data","error":"parse error"}' },
      /answers q\{v="v2"\} with 400 bad_data: parse error$/,
    ],
    [
      'it gives several series',
      [
        [{ pod: 'a' }, '1'],
        [{ pod: 'b' }, '1'],
      ],
      /gives 2 series/,
    ],
    ['it gives a range', result('matrix', []), /gives a matrix/],
    ['it gives text', result('string', [0, 'x']), /gives a string/],
  ])('when %s', async (_, answer, text) => {
    await expect(check(() => answer)).resolves.toEqual([
      { isProblem: true, text: expect.stringMatching(text) },
    ]);
  });

  it('when it is one for any target', async () => {
    const several: Answer = [
      [{ pod: 'a' }, '1'],
      [{ pod: 'b' }, '1'],
    ];
    const found = await check((asked) => (asked.query.includes('v3') ? several : []), [v2, v3]);
    expect(found).toMatchObject([{ isProblem: true, text: expect.stringContaining('q{v="v3"} gives 2') }]);
  });

  it('when a target has nothing to fill it with', async () => {
    const bare = { ...v2, labels: { track: 'x' } } as unknown as typeof v2;
    await expect(check(() => [], [bare])).resolves.toMatchObject([
      { isProblem: true, text: expect.stringContaining('no label version') },
    ]);
  });
});

describe('a query is no problem', () => {
  it.each<[string, Answer]>([
    ['a number', [[{}, '1']]],
    ['a scalar', result('scalar', [0, '1'])],
    ['nothing yet', []],
    ['NaN, having no requests yet', [[{}, 'NaN']]],
  ])('when it gives %s', async (_, answer) => {
    await expect(check(() => answer)).resolves.toEqual([]);
  });

  it('when Prometheus cannot answer it now: that is a warning', async () => {
    await expect(check(() => ({ code: 503, body: 'starting' }))).resolves.toEqual([
      { isProblem: false, text: expect.stringContaining('503: starting') },
    ]);
  });

  it('when it gives nothing yet for the candidate alone; where the stable version has nothing either is a warning', async () => {
    const stableHas = (asked: Asked): Answer => (asked.query.includes('v3') ? [] : [[{}, '1']]);
    await expect(check(stableHas, [v3], v2)).resolves.toEqual([]);
    await server?.close();
    await expect(check(() => [], [v3], v2)).resolves.toEqual([
      {
        isProblem: false,
        text: 'no data: q{v="v3"} is empty; where no series means 0, add: or vector(0) (it is for the stable version too)',
      },
    ]);
  });
});
