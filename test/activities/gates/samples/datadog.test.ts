import { describe, expect, it } from '@jest/globals';
import { checkCloud } from '../../../../activities/gates/preflight/check-cloud.ts';
import { sampleCloud } from '../../../../activities/gates/samples/asked.ts';
import { measureDatadog } from '../../../../activities/gates/samples/datadog.ts';
import type { DatadogGateSpec } from '../../../../domain/spec/document.ts';
import { asActivity } from '../../support/activity.ts';
import { sampled } from './fixtures.ts';
import { useCloud } from './use-cloud.ts';

const query = 'sum:hits{service:{{host}},version:{{version}}}.rollup(sum, {{window}})';
const gate: DatadogGateSpec = { ...sampled, window: 300_000, kind: 'datadog', query, min: null, max: 10 };
const v3 = { host: 'reviews', subset: 'v3', labels: { version: '3.1' } };

const cloud = useCloud(
  { DD_API_KEY: 'planted-api-key', DD_APP_KEY: 'planted-app-key' },
  (address) => (process.env.DD_HOST = `${address}/`),
);
const sampleDatadog = sampleCloud(measureDatadog);

async function sampleOf(status: number, body: unknown, change: Partial<DatadogGateSpec> = {}, target = v3) {
  await cloud.answer(status, body);
  const source = { namespace: 'shop', signal: new AbortController().signal };
  return sampleDatadog(source, { ...gate, ...change }, target, 1_000_000_500);
}

const series = (...points: (readonly [number, number | null])[]) => ({
  status: 'ok',
  series: [{ scope: 'service:reviews', pointlist: points }],
});

describe('a sample of Datadog', () => {
  it('asks for the window with the keys of the worker, and judges the latest point', async () => {
    await expect(sampleOf(200, series([1, 50], [2, 4.5], [3, null]))).resolves.toEqual({
      verdict: 'pass',
      value: 4.5,
      requests: null,
      reason: 'the query gives 4.5 (maximum 10)',
    });
    const url = new URL(cloud.asked[0]?.url ?? '', 'http://test');
    expect(url.pathname).toBe('/api/v1/query');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      from: '999700',
      to: '1000000',
      query: 'sum:hits{service:reviews,version:3.1}.rollup(sum, 300)',
    });
    expect(cloud.asked[0]?.headers).toMatchObject({
      'dd-api-key': 'planted-api-key',
      'dd-application-key': 'planted-app-key',
    });
  });

  it('fails over max, and under min', async () => {
    await expect(sampleOf(200, series([1, 11]))).resolves.toMatchObject({ verdict: 'fail', value: 11 });
    await cloud.close();
    await expect(sampleOf(200, series([1, 1]), { min: 2 })).resolves.toMatchObject({ verdict: 'fail' });
  });

  it.each<[string, unknown]>([
    ['no series', { status: 'ok', series: [] }],
    ['no points', series()],
    ['points without a value', series([1, null])],
  ])('with %s says nothing, and what to do', async (_, body) => {
    await expect(sampleOf(200, body)).resolves.toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/ is empty; where no points mean 0, put it into default_zero\(…\)$/),
    });
  });

  it.each<[string, number, unknown, string]>([
    ['several series', 200, { series: [{ pointlist: [] }, { pointlist: [] }] }, 'gives 2 series'],
    ['an error', 200, { status: 'error', error: 'Rule 1: unknown function' }, 'unknown function'],
    [
      'refused keys',
      403,
      { errors: ['Forbidden'] },
      '403: Forbidden (are DD_API_KEY, DD_APP_KEY and DD_SITE',
    ],
    ['its limit', 429, { errors: ['Too many requests'] }, 'ask less often, by interval'],
    ['text', 502, 'bad gateway', '502: bad gateway'],
    ['a wrong shape', 200, { series: [{ pointlist: [['a']] }] }, 'with 200: {"series"'],
    ['the keys', 403, { errors: ['planted-api-key and planted-app-key'] }, '(secret) and (secret)'],
    ['too much', 200, ' '.repeat(2 * 1024 * 1024), 'more than a gate reads'],
  ])('answered with %s is an error', async (_, status, body, text) => {
    const found = await sampleOf(status, body);
    expect(found).toMatchObject({ verdict: 'error', value: null, reason: expect.stringContaining(text) });
    expect(found.reason).not.toContain('planted');
  });

  it('that nobody answers is an error', async () => {
    await cloud.answer(200, '');
    await cloud.close();
    const source = { namespace: 'shop', signal: new AbortController().signal };
    await expect(sampleDatadog(source, gate, v3, 1_000_000)).resolves.toMatchObject({
      verdict: 'error',
      reason: expect.stringMatching(/^Datadog at http:\/\/127\.0\.0\.1:\d+ does not answer: .*ECONNREFUSED/),
    });
  });
});

describe('before the first shift', () => {
  const check = async (target = v3) =>
    asActivity(() => checkCloud(measureDatadog)({ namespace: 'shop' }, gate, [{ target, stable: null }]));

  it('keys that the worker lacks are a problem', async () => {
    delete process.env.DD_API_KEY;
    process.env.DD_APP_KEY = '';
    await expect(check()).resolves.toEqual([
      {
        isProblem: true,
        text: 'Datadog cannot be asked: the worker has no DD_API_KEY and no DD_APP_KEY in its environment',
      },
    ]);
  });

  it.each([
    [400, true],
    [403, true],
    [429, false],
    [503, false],
  ])('an answer with %p is a problem: %p', async (status, isProblem) => {
    await cloud.answer(status, { errors: ['no'] });
    await expect(check()).resolves.toMatchObject([{ isProblem }]);
  });

  it('a label that the query needs is a problem, and no data is none', async () => {
    const bare = { ...v3, labels: { track: 'x' } } as unknown as typeof v3;
    await expect(check(bare)).resolves.toMatchObject([
      { isProblem: true, text: 'subset v3 of reviews has no label version to fill {{version}} with' },
    ]);
    await cloud.answer(200, { series: [] });
    await expect(check()).resolves.toEqual([]);
  });
});
