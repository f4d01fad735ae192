import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { CloudWatchGateSpec, CloudWatchQuery } from '../../../domain/spec/document.ts';
import { awsIdentity, signed } from '../credentials/sign.ts';
import { exchange } from '../exchange.ts';
import { askCloud, unavailable, type Asked, type CloudSource } from './asked.ts';
import { readMetricData } from './cloud-watch-answer.ts';
import { fillTarget, unfilled, type Filling } from './fill-target.ts';

const service = 'monitoring';

/** CloudWatch's protocol `awsJson1_0`, as the official SDKs speak it. */
const protocol = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData',
};

/** Bytes that an answer may have: one number of a few queries. */
const longestAnswer = 1024 * 1024;

/** CloudWatch rounds times to minutes: a window that begins in one would count requests of other weights. */
const minute = 60_000;

/**
 * Asks CloudWatch for a target, with the worker's credentials of AWS: what it has for the window that ends at `at` (epoch ms),
 * or within the minute after.
 */
export async function measureCloudWatch(
  { namespace, signal }: CloudSource,
  gate: CloudWatchGateSpec,
  target: GateTarget,
  at: number,
): Promise<Asked> {
  const missing = unfilled(JSON.stringify(gate.queries), target);
  if (missing !== null) return unavailable(missing, true);
  const start = Math.ceil((at - gate.window) / minute) * minute;
  const body = bodyOf(gate, { target, namespace, window: String(gate.window / 1000) }, start);
  return askCloud('CloudWatch', signal, async (signal) => {
    const { region } = await awsIdentity(gate.region, gate.profile);
    const url = new URL(addressOf(region));
    const signing = { region, service, ...(gate.profile !== null && { profile: gate.profile }) };
    const headers = await signed(signing, { method: 'POST', url, headers: protocol, body });
    const request = { url: url.href, method: 'POST', headers, body, limit: longestAnswer, signal } as const;
    return readMetricData(`CloudWatch in ${region}`, await exchange(request), start);
  });
}

/** As the AWS CLI finds it; `AWS_ENDPOINT_URL_CLOUDWATCH` is for endpoints of a VPC of one's own. */
function addressOf(region: string): string {
  const { AWS_ENDPOINT_URL_CLOUDWATCH: own, AWS_ENDPOINT_URL: all } = process.env;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return [own, all].find(Boolean) ?? `https://${service}.${region}.${domain}`;
}

/** One period is the whole window: of the first that begins in it there is one number. */
function bodyOf({ queries, window }: CloudWatchGateSpec, filling: Filling, start: number): string {
  return JSON.stringify({
    StartTime: start / 1000,
    EndTime: (start + window) / 1000,
    ScanBy: 'TimestampDescending',
    MetricDataQueries: queries.map((query) => queryOf(query, window / 1000, filling)),
  });
}

function queryOf(query: CloudWatchQuery, period: number, filling: Filling) {
  const common = { Id: query.id, ReturnData: query.returnData };
  if ('expression' in query)
    return { ...common, Expression: fillTarget(query.expression, filling), Period: period };
  const { namespace, name, dimensions, statistic } = query.metric;
  const filled = Object.entries(dimensions).map(([dimension, value]) => ({
    Name: dimension,
    Value: fillTarget(value, filling),
  }));
  const metric = { Namespace: namespace, MetricName: name, Dimensions: filled };
  return { ...common, MetricStat: { Metric: metric, Period: period, Stat: statistic } };
}
