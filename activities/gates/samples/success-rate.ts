import { judgeAnswer, type AnswerKind, type BadAnswers } from '../../../domain/gates/answer.ts';
import { judgeSample } from '../../../domain/gates/judge-sample.ts';
import type { Measurement } from '../../../domain/gates/measurement.ts';
import type { Sample } from '../../../domain/gates/sample.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { WindowGateSpec } from '../../../domain/spec/document.ts';
import { readAnswer } from '../counters/read-answer.ts';
import type { Series } from '../prometheus.ts';
import { requestsQuery } from '../queries.ts';
import type { Source } from './source.ts';
import { measureWindow } from './window.ts';

/** Judges the answers of a target in the window that ends at `at` (epoch ms). */
export async function sampleSuccessRate(
  source: Source,
  gate: WindowGateSpec & { readonly kind: 'successRate' },
  target: GateTarget,
  at: number,
): Promise<Sample> {
  return judgeSample(gate, await measureWindow(source, { gate, target, at }, requestsQuery, countsBy(gate)));
}

/**
 * Counts by what the gate takes for a fault. A code that is missing was not answered: the total is there, so the metric is.
 * A request that its caller gave up is no success and no error: a window has nothing to compare it with.
 */
function countsBy(bad: BadAnswers): (series: readonly Series[]) => Measurement {
  return (series) => {
    const judged = series.map(({ labels, value }) => ({ kind: judge(labels, bad), value }));
    const answered = judged.filter(({ kind }) => kind !== 'unanswered');
    const errors = answered.filter(({ kind }) => kind === 'bad');
    return { kind: 'successRate', requests: sumOf(answered), errors: sumOf(errors) };
  };
}

/** The route's timeout has a code of its own, 504. */
function judge(labels: Series['labels'], bad: BadAnswers): AnswerKind {
  const { flags, ...answer } = readAnswer(labels);
  return judgeAnswer({ ...answer, flags: flags.filter((flag) => flag !== 'UT') }, bad);
}

function sumOf(series: readonly Pick<Series, 'value'>[]): number {
  return series.reduce((sum, { value }) => sum + value, 0);
}
