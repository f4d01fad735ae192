import type { GateReport, Verdict } from '../rollout.ts';
import type { GateSpec, JobGateSpec, SampledGateSpec } from '../spec/document.ts';
import type { Sample } from './sample.ts';
import type { GateTarget } from './targets.ts';

type Limits = Pick<SampledGateSpec, 'failureLimit' | 'inconclusiveLimit' | 'consecutiveErrorLimit'>;

/** Of a gate that runs once, as a Job does: its one sample decides. */
const onceLimits: Limits = { failureLimit: 0, inconclusiveLimit: null, consecutiveErrorLimit: Infinity };

/** A gate's report on one target before its first sample: inconclusive, because nothing is known yet. */
export function openReport(gate: GateSpec, target: GateTarget): GateReport {
  return {
    name: gate.name,
    host: target.host,
    subset: target.subset,
    verdict: 'inconclusive',
    value: null,
    samples: 0,
    failures: 0,
    inconclusives: 0,
    consecutiveErrors: 0,
    requests: null,
    dryRun: gate.dryRun,
    reason: 'no sample yet',
  };
}

/**
 * Report after one more sample. More failed samples than `failureLimit` fail the gate for good. More that say nothing
 * than `inconclusiveLimit`, or more errors in a row than `consecutiveErrorLimit`, leave it inconclusive whatever
 * passes after them; samples that fail still count, for they are evidence all the same. Otherwise it passes while
 * the latest sample does. The limits mean what they do in Argo Rollouts, but none is a reason to blame the candidate
 * except `failureLimit`.
 */
export function recordSample(
  report: GateReport,
  gate: SampledGateSpec | JobGateSpec,
  sample: Sample,
): GateReport {
  if (report.verdict === 'fail') return report;
  const limits = 'failureLimit' in gate ? gate : onceLimits;
  const counted: GateReport = {
    ...report,
    value: sample.value ?? report.value,
    requests: sample.requests ?? report.requests,
    samples: report.samples + 1,
    failures: report.failures + (sample.verdict === 'fail' ? 1 : 0),
    inconclusives: report.inconclusives + (sample.verdict === 'inconclusive' ? 1 : 0),
    consecutiveErrors: errorsAfter(report, limits, sample),
  };
  const verdict = verdictOf(counted, limits, sample);
  return { ...counted, verdict, reason: reasonOf(counted, limits, sample) };
}

/** Once over the limit the count stays: it is what keeps the gate inconclusive. */
function errorsAfter({ consecutiveErrors }: GateReport, limits: Limits, sample: Sample): number {
  if (sample.verdict === 'error') return consecutiveErrors + 1;
  return consecutiveErrors > limits.consecutiveErrorLimit ? consecutiveErrors : 0;
}

function verdictOf(report: GateReport, limits: Limits, sample: Sample): Verdict {
  if (report.failures > limits.failureLimit) return 'fail';
  const isStuck =
    report.inconclusives > (limits.inconclusiveLimit ?? Infinity) ||
    report.consecutiveErrors > limits.consecutiveErrorLimit;
  return sample.verdict === 'pass' && !isStuck ? 'pass' : 'inconclusive';
}

function reasonOf(report: GateReport, limits: Limits, sample: Sample): string {
  const { failures, inconclusives, consecutiveErrors } = report;
  const { failureLimit, inconclusiveLimit, consecutiveErrorLimit } = limits;
  const notes: string[] = [];
  // Where none may fail, the one that did says it all.
  if (failures > 0 && failureLimit > 0) notes.push(`${failures} failed samples (limit ${failureLimit})`);
  if (inconclusiveLimit !== null && inconclusives > inconclusiveLimit)
    notes.push(`${inconclusives} inconclusive samples (limit ${inconclusiveLimit})`);
  if (consecutiveErrors > consecutiveErrorLimit)
    notes.push(`${consecutiveErrors} failed measurements in a row (limit ${consecutiveErrorLimit})`);
  return [sample.reason, ...notes].join('; ');
}
