import { judgeAnswer, type AnswerKind, type BadAnswers } from '../../../domain/gates/answer.ts';
import { judgeSample } from '../../../domain/gates/judge-sample.ts';
import type { Measurement } from '../../../domain/gates/measurement.ts';
import type { Sample } from '../../../domain/gates/sample.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { WindowGateSpec } from '../../../domain/spec/document.ts';
import { readAnswer } from '../counters/read-answer.ts';
import type { Series } from '../prometheus.ts';
import { requestsQuery } from '../queries.ts';
import type { StageSource } from './source.ts';
import { measureWindow, type WindowSeries } from './window.ts';

/** Judges the answers of a target in the window that ends at `at` (epoch ms). */
export async function sampleSuccessRate(
  source: StageSource,
  gate: WindowGateSpec & { readonly kind: 'successRate' },
  target: GateTarget,
  at: number,
): Promise<Sample> {
  const isAlone = source.weights[target.host]?.[target.subset] === 100;
  const read = countsBy(gate, isAlone);
  return judgeSample(gate, await measureWindow(source, { gate, target, at }, requestsQuery, read));
}

/**
 * Counts by what the gate takes for a fault. A code that is missing was not answered: the total is there, so the metric is.
 * A request that its caller gave up is no success and no error: a window has nothing to compare it with.
 * @param isAlone whether the target has all of the traffic, and with it all failures without a version
 */
function countsBy(bad: BadAnswers, isAlone: boolean): (series: WindowSeries) => Measurement {
  return ({ own, unknown }) => {
    const answered = own.map(judged(bad)).filter(({ kind }) => kind !== 'unanswered');
    const errors = sumOf(answered.filter(({ kind }) => kind === 'bad'));
    const open = sumOf(unknown.map(judged(bad)).filter(({ kind }) => kind === 'bad'));
    const requests = sumOf(answered);
    return isAlone
      ? { kind: 'successRate', requests: requests + open, errors: errors + open, unknown: 0 }
      : { kind: 'successRate', requests, errors, unknown: open };
  };
}

function judged(bad: BadAnswers) {
  return ({ labels, value }: Series) => ({ kind: judge(labels, bad), value });
}

/** The route's timeout has a code of its own, 504. */
function judge(labels: Series['labels'], bad: BadAnswers): AnswerKind {
  const { flags, ...answer } = readAnswer(labels);
  return judgeAnswer({ ...answer, flags: flags.filter((flag) => flag !== 'UT') }, bad);
}

function sumOf(series: readonly Pick<Series, 'value'>[]): number {
  return series.reduce((sum, { value }) => sum + value, 0);
}
