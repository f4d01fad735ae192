import { request } from 'undici';
import { z } from 'zod';
import { formatDuration } from '../../../domain/duration.ts';
import { failedSample, type Sample } from '../../../domain/gates/sample.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { HttpGateSpec } from '../../../domain/spec/document.ts';
import { causeOf } from '../../kubernetes/transport.ts';
import { timeLimit } from '../../time-limit.ts';
import { guardedDispatcher } from '../../requests/guarded.ts';
import { readBounded } from '../../requests/read-bounded.ts';
import type { StageSource } from './source.ts';

/** Bytes that an answer may have: it is a verdict, not a document. */
const longestAnswer = 64 * 1024;

/** Characters of a reason that are kept: every report goes through the rollout's history. */
const longestReason = 500;

const verdictSchema = z.object({
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  reason: z.string().nullish(),
  value: z.number().nullish(),
});

/**
 * Asks a gate's endpoint for a verdict on a target. A JSON answer with a `verdict` decides, whatever its status;
 * without one 2xx passes; everything else, a redirect too, is an error.
 */
export async function sampleHttp(
  source: StageSource,
  gate: HttpGateSpec,
  target: GateTarget,
): Promise<Sample> {
  const { signal } = source;
  const { origin, pathname } = new URL(gate.url);
  // Not the whole address: its query may hold a token, and reasons are shown to everybody.
  const where = `${origin}${pathname}`;
  const patience = timeLimit(gate.timeout);
  try {
    return await ask(where, source, gate, target, AbortSignal.any([signal, patience]));
  } catch (error) {
    signal.throwIfAborted();
    const reason = patience.aborted ? `nothing came within ${formatDuration(gate.timeout)}` : causeOf(error);
    return failedSample(`${where} does not answer: ${reason}`);
  }
}

async function ask(
  where: string,
  { rollout, stage, namespace, weights }: StageSource,
  gate: HttpGateSpec,
  { host, subset }: GateTarget,
  signal: AbortSignal,
): Promise<Sample> {
  const question = { rollout, stage, gate: gate.name, namespace, host, subset, weights };
  const { statusCode, body } = await request(gate.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(question),
    dispatcher: guardedDispatcher(),
    signal,
  });
  const text = await readBounded(body, longestAnswer);
  if (text === null) return failedSample(`${where} answers with more than ${longestAnswer} bytes`);
  return read(where, statusCode, text);
}

function read(where: string, status: number, text: string): Sample {
  const answer = parse(text);
  if (isVerdict(answer)) return judge(where, answer);
  if (status >= 200 && status < 300) {
    return { verdict: 'pass', value: null, requests: null, reason: `${where} answers ${status}` };
  }
  return failedSample(`${where} answers ${status} without a verdict`);
}

function judge(where: string, answer: object): Sample {
  const { data, error } = verdictSchema.safeParse(answer);
  if (data === undefined) {
    const [issue] = error.issues;
    return failedSample(`${where} answers with a wrong ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { verdict, value = null } = data;
  const reason = (data.reason ?? `${where} says ${verdict}`).slice(0, longestReason);
  return { verdict, value, requests: null, reason };
}

function isVerdict(answer: unknown): answer is object {
  return typeof answer === 'object' && answer !== null && 'verdict' in answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A plain `ok` is an answer as good as any: its status counts.
    return null;
  }
}
