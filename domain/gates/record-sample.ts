import type { GateReport } from '../rollout.ts';
import type { GateSpec } from '../spec/document.ts';
import type { Sample } from './judge-sample.ts';
import type { GateTarget } from './targets.ts';

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
    reason: 'no sample yet',
  };
}

/**
 * Report after one more sample. More failed samples than `failureLimit` fail the gate for good;
 * otherwise the latest sample decides: one that says nothing leaves the gate inconclusive, whatever came before.
 */
export function recordSample(report: GateReport, gate: GateSpec, sample: Sample): GateReport {
  if (report.verdict === 'fail') return report;
  const failures = report.failures + (sample.verdict === 'fail' ? 1 : 0);
  const failed = failures > gate.failureLimit;
  return {
    ...report,
    verdict: failed ? 'fail' : sample.verdict === 'inconclusive' ? 'inconclusive' : 'pass',
    value: sample.value ?? report.value,
    samples: report.samples + 1,
    failures,
    reason: reasonOf(gate, sample, failures, failed),
  };
}

function reasonOf(gate: GateSpec, sample: Sample, failures: number, failed: boolean): string {
  if (failures === 0 || (failed && gate.failureLimit === 0)) return sample.reason;
  return `${sample.reason} (${failures} of the samples so far failed, ${gate.failureLimit} may)`;
}
