import { describe, expect, it } from '@jest/globals';
import { checkCloud } from '../../../../activities/gates/preflight/check-cloud.ts';
import { sampleCloud } from '../../../../activities/gates/samples/asked.ts';
import { measureCloudWatch } from '../../../../activities/gates/samples/cloud-watch.ts';
import type { CloudWatchGateSpec } from '../../../../domain/spec/document.ts';
import { asActivity } from '../../support/activity.ts';
import { sampled } from './fixtures.ts';
import { useCloud } from './use-cloud.ts';

const metric = (name: string) => ({
  namespace: 'AWS/ApplicationELB',
  name,
  dimensions: { TargetGroup: 'targetgroup/{{host}}-{{version}}/1' },
  statistic: 'Sum',
});
const gate: CloudWatchGateSpec = {
  ...sampled,
  window: 300_000,
  kind: 'cloudWatch',
  queries: [
    { id: 'errors', metric: metric('HTTPCode_Target_5XX_Count'), returnData: false },
    { id: 'requests', metric: metric('RequestCount'), returnData: false },
    { id: 'rate', expression: 'FILL(errors, 0) / requests', returnData: true },
  ],
  region: 'eu-west-1',
  profile: null,
  min: null,
  max: 0.01,
};
const v3 = { host: 'reviews', subset: 'v3', labels: { version: 'v3' } };

/** 12:00:30; the window that ends there begins with the first whole minute in it, at 11:56. */
const at = Date.UTC(2026, 10, 27, 12, 0, 30);
const start = Date.UTC(2026, 10, 27, 11, 56) / 1000;

const cloud = useCloud(
  { AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'planted-secret' },
  (address) => (process.env.AWS_ENDPOINT_URL_CLOUDWATCH = address),
);
const sampleCloudWatch = sampleCloud(measureCloudWatch);

async function sampleOf(status: number, body: unknown) {
  await cloud.answer(status, body);
  const source = { namespace: 'shop', signal: new AbortController().signal };
  return sampleCloudWatch(source, gate, v3, at);
}

const result = (points: readonly (readonly [time: number, value: number])[], StatusCode = 'Complete') => ({
  Id: 'rate',
  Label: 'rate',
  Timestamps: points.map(([time]) => time),
  Values: points.map(([, value]) => value),
  StatusCode,
});
const results = (...points: (readonly [number, number])[]) => ({ MetricDataResults: [result(points)] });

describe('a sample of CloudWatch', () => {
  it('asks for one period of the window, signed, and judges its number', async () => {
    await expect(sampleOf(200, results([start, 0.004]))).resolves.toEqual({
      verdict: 'pass',
      value: 0.004,
      requests: null,
      reason: 'the query gives 0.004 (maximum 0.01)',
    });
    const stat = (MetricName: string) => ({
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName,
        Dimensions: [{ Name: 'TargetGroup', Value: 'targetgroup/reviews-v3/1' }],
      },
      Period: 300,
      Stat: 'Sum',
    });
    expect(cloud.received).toEqual([
      {
        method: 'POST',
        path: '/',
        contentType: 'application/x-amz-json-1.0',
        body: {
          StartTime: start,
          EndTime: start + 300,
          ScanBy: 'TimestampDescending',
          MetricDataQueries: [
            { Id: 'errors', ReturnData: false, MetricStat: stat('HTTPCode_Target_5XX_Count') },
            { Id: 'requests', ReturnData: false, MetricStat: stat('RequestCount') },
            { Id: 'rate', ReturnData: true, Expression: 'FILL(errors, 0) / requests', Period: 300 },
          ],
        },
      },
    ]);
    expect(cloud.asked[0]?.headers).toMatchObject({
      'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
      authorization: expect.stringContaining(
        '/eu-west-1/monitoring/aws4_request, SignedHeaders=content-type;host;',
      ),
    });
  });

  it('fails over max', async () => {
    await expect(sampleOf(200, results([start, 0.02]))).resolves.toMatchObject({
      verdict: 'fail',
      value: 0.02,
    });
  });

  it('takes no point from before its window', async () => {
    await expect(sampleOf(200, results([start - 60, 0.5]))).resolves.toMatchObject({
      verdict: 'inconclusive',
    });
  });

  it('without data says nothing, and what to do', async () => {
    await expect(sampleOf(200, results())).resolves.toMatchObject({
      verdict: 'inconclusive',
      reason:
        'no data: CloudWatch in eu-west-1 has none for rate in the window yet; where none means 0, put it into FILL(…, 0)',
    });
  });

  it.each<[string, number, unknown, string]>([
    [
      'no permission',
      400,
      { __type: 'com.amazon.coral.service#AccessDeniedException', Message: 'User … is not authorized' },
      '400 AccessDeniedException: User … is not authorized (the worker needs the permission cloudwatch:GetMetricData)',
    ],
    [
      'a wrong query',
      400,
      { __type: 'ValidationError', message: 'Error in expression' },
      'Error in expression',
    ],
    ['text', 503, 'unavailable', '503: unavailable'],
    ['a wrong shape', 200, { MetricDataResults: 1 }, 'answers with 200: {"MetricDataResults":1}'],
    ['several series', 200, { MetricDataResults: [result([]), result([])] }, 'gives 2 series (rate, rate)'],
    [
      'an error of its own',
      200,
      { MetricDataResults: [result([], 'InternalError')] },
      'rate with InternalError',
    ],
    ['too much', 200, ' '.repeat(2 * 1024 * 1024), 'more than a gate reads'],
  ])('answered with %s is an error', async (_, status, body, text) => {
    await expect(sampleOf(status, body)).resolves.toMatchObject({
      verdict: 'error',
      value: null,
      reason: expect.stringContaining(text),
    });
  });
});

describe('before the first shift', () => {
  const check = async (change: Partial<CloudWatchGateSpec> = {}) =>
    asActivity(() =>
      checkCloud(measureCloudWatch)({ namespace: 'shop' }, { ...gate, ...change }, [
        { target: v3, stable: null },
      ]),
    );

  it('credentials that the worker lacks are a problem', async () => {
    await expect(check({ profile: 'not-there' })).resolves.toMatchObject([
      { isProblem: true, text: expect.stringContaining('the worker cannot sign for AWS: ') },
    ]);
  });

  it.each([
    ['AccessDenied', true],
    ['ValidationError', true],
    ['InvalidParameterCombination', true],
    ['ExpiredTokenException', true],
    ['ThrottlingException', false],
    ['InternalServiceFault', false],
  ])('%s is a problem: %p', async (type, isProblem) => {
    await cloud.answer(400, { __type: type, message: 'no' });
    await expect(check()).resolves.toMatchObject([{ isProblem }]);
  });

  it('no data is none', async () => {
    await cloud.answer(200, results());
    await expect(check()).resolves.toEqual([]);
  });
});
