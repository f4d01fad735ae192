/** One run: a whole rollout under load and faults, its teardown, and a look at what it did. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutResult } from '../../../domain/rollout.ts';
import { messageOf } from '../../../domain/message-of.ts';
import { changeFaults } from '../../../lab/faults/file.ts';
import { noFault } from '../../../lab/faults/fault.ts';
import { parseFault } from '../../../lab/faults/parse.ts';
import { Rollout } from '../../e2e/fixtures/rollout.ts';
import { explainFailures, type Failures, wrongFailures } from '../checks/failures.ts';
import { leftovers } from '../checks/leftovers.ts';
import { wrongOutcome } from '../checks/outcome.ts';
import { wrongEnd, wrongShares } from '../checks/shares.ts';
import { type Soak, soaksOf, wrongSoaks } from '../checks/soaks.ts';
import { needlessWrites, ownWrites, shiftsOf, wrongShifts } from '../checks/writes.ts';
import { type Inflicted, inflictPlanned } from '../faults/inflict-planned.ts';
import type { Plan } from '../plan/plan.ts';
import { abortAt } from './abort.ts';
import { auditMark, readAudit, readWrites } from './audit.ts';
import { writeDocument } from './document.ts';
import { fetchHistory } from './fetch-history.ts';
import { Load } from './load.ts';
import { Moments } from './moments.ts';
import type { Running } from './running.ts';
import { tearDown } from './tear-down.ts';

/** What a run showed. */
export interface RunReport {
  readonly plan: Plan;
  readonly outcome: string;
  readonly seconds: number;
  readonly faults: readonly Inflicted[];
  readonly soaks: readonly Soak[];
  /** Requests from the first stage to the end, and failed ones of them. */
  readonly requests: number;
  readonly failures: Failures | null;
  /** Of Sluice's that the API server carried out, teardown included. */
  readonly writes: number;
  /** Events of the history, and attempts of activities beyond the first. */
  readonly events: number;
  readonly retries: number;
  /** Nothing, when all went as it must. */
  readonly wrong: readonly string[];
}

/** What a run may take with all its faults, in ms: what is open then does not end by itself. */
const limit = 6 * 60_000;

/** Milliseconds of load after the end, to see where it left the traffic. */
const aftermath = 2_000;

/** Runs a plan. Throws only when the signal says so. */
export async function runOnce(running: Running): Promise<RunReport> {
  const { plan, stand, signal } = running;
  const startedAt = Date.now();
  const mark = await auditMark(stand.auditLog);
  const report: Report = { ...emptyReport, plan, wrong: [] };
  try {
    await rollOut(running, report, mark);
  } catch (error) {
    signal.throwIfAborted();
    report.wrong.push(messageOf(error));
  }
  return { ...report, seconds: Math.round((Date.now() - startedAt) / 1000) };
}

type Report = { -readonly [Key in keyof RunReport]: RunReport[Key] } & { wrong: string[] };

const emptyReport = {
  outcome: 'open',
  seconds: 0,
  faults: [],
  soaks: [],
  requests: 0,
  failures: null,
  writes: 0,
  events: 0,
  retries: 0,
};

async function rollOut(running: Running, report: Report, mark: number): Promise<void> {
  const { stand, plan, signal } = running;
  const ended = new AbortController();
  const within = AbortSignal.any([signal, ended.signal]);
  const moments = new Moments();
  const id = `rollout/${stand.name}/default/reviews`;
  const before = await stand.latestRun(id);
  const rollout = await Rollout.start(stand, await writeDocument(stand, plan), id, { quiet: true });
  const load = new Load(stand.name);
  const faults = inflictPlanned({ ...running, moments });
  const side = [
    moments.follow({ latest: () => stand.latestRun(id), ask: () => stand.ask(id) }, before, within),
    abortAt(plan, moments, stand, id, within),
    breakCandidate(running, moments),
  ].map((one) =>
    one.catch((error: unknown) => {
      if (!within.aborted) report.wrong.push(messageOf(error));
    }),
  );
  faults.catch(() => undefined);
  try {
    const { exitCode, result, endedAt } = await inTime(rollout.end(), signal);
    moments.endRollout();
    report.outcome = result.outcome;
    await sleep(aftermath, undefined, { signal });
    await load.stop();
    moments.reach('teardown');
    const removed = await tearDown(running, id, result);
    moments.end();
    report.faults = await faults;
    report.wrong.push(...lost(report.faults), ...removed, ...(await leftovers(stand, plan.fromNothing)));
    const runId = await stand.latestRun(id);
    report.wrong.push(...wrongOutcome(plan, { exitCode, result, runId: runId ?? '' }));
    await look(running, report, { result, load, endedAt, mark, id });
  } finally {
    ended.abort();
    moments.end();
    rollout.leave();
    await load.stop();
    report.faults = await faults.catch(() => []);
    await Promise.all(side);
  }
}

async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const waiting = new AbortController();
  const late = sleep(limit, undefined, { signal: AbortSignal.any([signal, waiting.signal]) }).then(() => {
    throw new Error(`still open after ${limit / 1000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    waiting.abort();
    late.catch(() => undefined);
  }
}

interface Shown {
  readonly result: RolloutResult;
  readonly load: Load;
  /** When the command had the result, in ms since 1970. */
  readonly endedAt: number;
  /** Where the run's part of the audit log begins. */
  readonly mark: number;
  readonly id: string;
}

/** What the API server, Temporal and the callers have to say. */
async function look({ stand, plan }: Running, report: Report, shown: Shown): Promise<void> {
  const { result, load, endedAt, mark, id } = shown;
  const history = await fetchHistory(stand.client, id, result.runId);
  const writes = readWrites(await readAudit(stand.auditLog, mark));
  const shifts = shiftsOf(writes);
  const firstStage = Date.parse(result.stages[0]?.startedAt ?? '');
  // What is removed answers no more: from then on requests are nobody's to serve.
  const removal = history.activities.find(({ type }) => type.startsWith('remove'))?.scheduledAt;
  const until = removal ?? Infinity;
  report.events = history.events;
  report.retries = history.activities.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0);
  report.writes = ownWrites(writes).length;
  report.soaks = soaksOf(result, shifts, history);
  report.requests = load.sent(firstStage, until).length;
  report.failures = explainFailures(plan, report.faults, load, [firstStage, until]);
  report.wrong.push(
    ...wrongSoaks(result, report.soaks, history),
    ...wrongShifts(result, writes),
    ...needlessWrites(writes),
    ...wrongShares(result, history, load),
    ...(removal === undefined ? wrongEnd(result, load, endedAt) : []),
    ...wrongFailures(report.failures),
  );
}

function lost(faults: readonly Inflicted[]): string[] {
  return faults.filter(({ state }) => state === 'lost').map(({ reason }) => reason);
}

/** Turned on once traffic is on the stable version alone: before that everybody would see it. */
async function breakCandidate({ stand, plan }: Running, moments: Moments): Promise<void> {
  if (plan.ending.outcome !== 'RolledBack') return;
  const broken = parseFault(plan.ending.broken);
  if ((await moments.reached('all-v1')) === null) return;
  await changeFaults(stand.paths.faults, [broken]);
  await moments.reached('teardown');
  await changeFaults(stand.paths.faults, [{ ...broken, fault: noFault }]);
}
