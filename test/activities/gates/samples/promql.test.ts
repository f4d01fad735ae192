import { afterEach, describe, expect, it } from '@jest/globals';
import { samplePromql } from '../../../../activities/gates/samples/promql.ts';
import type { PromqlGateSpec } from '../../../../domain/spec/document.ts';
import { result, startPrometheus, type Answer, type FakePrometheus } from '../fake-prometheus.ts';
import { sampled } from './fixtures.ts';

const gate: PromqlGateSpec = { ...sampled, kind: 'promql', query: 'q', min: null, max: 10 };
const v3 = { host: 'reviews', subset: 'v3', labels: { version: 'v3' } };

let server: FakePrometheus | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function sampleOf(answer: Answer, change: Partial<PromqlGateSpec> = {}, target = v3) {
  server = await startPrometheus(() => answer);
  const source = {
    prometheus: server.spec,
    namespace: 'shop',
    signal: new AbortController().signal,
  };
  return samplePromql(source, { ...gate, ...change }, target, 7_000);
}

describe('a sample of a query', () => {
  it('is the number that it gives at the time of the sample: a scalar, or the one element of a vector', async () => {
    await expect(sampleOf(result('scalar', [0, '10']))).resolves.toMatchObject({
      verdict: 'pass',
      value: 10,
    });
    expect(server?.asked).toEqual([{ query: 'q', at: 7_000 }]);
    await server?.close();
    await expect(sampleOf([[{ app: 'x' }, '10.5']])).resolves.toMatchObject({ verdict: 'fail', value: 10.5 });
  });

  it.each<[string, Answer, 'inconclusive' | 'error', RegExp]>([
    ['nothing', [], 'inconclusive', /^no data: q is empty; where no series means 0, add: or vector\(0\)$/],
    ['NaN', [[{}, 'NaN']], 'inconclusive', /^the query gives NaN, which is no number$/],
    ['a scalar NaN', result('scalar', [0, 'NaN']), 'inconclusive', /gives NaN/],
    ['+Inf', [[{}, '+Inf']], 'inconclusive', /^the query gives Infinity, which/],
    ['-Inf', [[{}, '-Inf']], 'inconclusive', /^the query gives -Infinity, which/],
    [
      'several series',
      [
        [{ pod: 'a' }, '1'],
        [{ pod: 'b' }, '1'],
      ],
      'error',
      /^q gives 2 series \(\{"pod":"a"\}, \{"pod":"b"\}\), a gate needs a single number: aggregate it/,
    ],
    ['text', result('string', [0, 'x']), 'error', /^q gives a string, a gate needs a single number$/],
    ['a range', result('matrix', []), 'error', /^q gives a matrix, .*: put a function such as rate\(\)/],
    [
      'a refusal',
      { code: 400, body: '{"status":"error","errorType":"bad_data","error":"no"}' },
      'error',
      /bad_data: no$/,
    ],
  ])('that is %s says so', async (_, answer, verdict, reason) => {
    const { reason: words, ...sample } = await sampleOf(answer);
    expect(sample).toEqual({ verdict, value: null, requests: null });
    expect(words).toMatch(reason);
  });

  it('names no more than a few of many series', async () => {
    const many = Array.from({ length: 50 }, (_, index) => [{ pod: `p${index}` }, '1'] as const);
    await expect(sampleOf(many)).resolves.toMatchObject({
      reason: expect.stringMatching(/gives 50 series \([^)]*"p2"\} …\)/),
    });
  });
});

describe('the query of a target', () => {
  const query = 'sum(rate(q{h="{{host}}",s=\'{{ subset }}\',v="{{version}}",n="{{namespace}}"}[{{window}}]))';

  it('is filled with what the gate judges', async () => {
    await sampleOf([], { query, window: 90_000 });
    expect(server?.asked[0]?.query).toBe('sum(rate(q{h="reviews",s=\'v3\',v="v3",n="shop"}[1m30s]))');
  });

  it('is not broken out of, whatever quotes it stands in', async () => {
    await sampleOf([], { query }, { host: 'a"} or b', subset: "it's", labels: { version: '\\$&`ü' } });
    expect(server?.asked[0]?.query).toBe(
      'sum(rate(q{h="a\\x22\\x7d\\x20or\\x20b",s=\'it\\x27s\',v="\\x5c\\x24\\x26\\x60ü",n="shop"}[5s]))',
    );
  });

  it('cannot be had of a subset without the version that it asks for', async () => {
    const bare = { ...v3, labels: { track: 'x' } } as unknown as typeof v3;
    await expect(sampleOf([], { query }, bare)).resolves.toMatchObject({
      verdict: 'error',
      reason: 'subset v3 of reviews has no label version to fill {{version}} with',
    });
    expect(server?.asked).toEqual([]);
    await server?.close();
    await sampleOf([], { query: 'up{s="{{subset}}"}' }, bare);
    expect(server?.asked[0]?.query).toBe('up{s="v3"}');
  });
});
