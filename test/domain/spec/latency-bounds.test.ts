import { expect, it } from '@jest/globals';
import { latencyBoundProblem } from '../../../domain/spec/latency-bounds.ts';

it.each([1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 1_800_000, 3_600_000])(
  'proxies count requests over %p ms',
  (bound) => expect(latencyBoundProblem(bound)).toBeNull(),
);

it.each([
  [2, "2ms is no bound of the proxies' latency histogram; the nearest are 1ms and 5ms"],
  [300, "300ms is no bound of the proxies' latency histogram; the nearest are 250ms and 500ms"],
  [800, 'the nearest are 500ms and 1s'],
  [2_000, 'the nearest are 1s and 2s500ms'],
  [3_600_001, 'the nearest are 1h'],
])('%p ms is refused with its neighbours', (given, expected) => {
  expect(latencyBoundProblem(given)).toContain(expected);
});
