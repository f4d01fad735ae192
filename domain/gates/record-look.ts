import type { GateReport } from '../rollout.ts';
import type { SequentialVerdict } from './sequential/index.ts';

/** Looks in a row that may be missed before the evidence is too old to pass anybody. */
const missedLimit = 4;

/**
 * Report of a sequential gate after a look that counted; `note` says what somebody must know to read its reason,
 * or nothing.
 */
export function recordLook(report: GateReport, judged: SequentialVerdict, note = ''): GateReport {
  const { verdict, value, requests, reason } = judged;
  return {
    ...report,
    verdict,
    value,
    requests,
    samples: report.samples + 1,
    failures: verdict === 'fail' ? 1 : 0,
    consecutiveErrors: 0,
    reason: `${reason}${note}`,
  };
}

/**
 * Report of a sequential gate after a look that could not count. A few say nothing: what was not counted now will
 * be by the next one. More of them leave the gate inconclusive until a look counts again.
 */
export function recordMissedLook(report: GateReport, trouble: string): GateReport {
  const missed = {
    ...report,
    samples: report.samples + 1,
    inconclusives: report.inconclusives + 1,
    consecutiveErrors: report.consecutiveErrors + 1,
  };
  if (report.verdict === 'pass' && missed.consecutiveErrors <= missedLimit) return missed;
  return { ...missed, verdict: 'inconclusive', reason: trouble };
}
