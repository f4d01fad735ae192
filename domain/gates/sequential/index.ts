/** The anytime-valid test of the gates that count requests. */
export { judgeSequential, type SequentialSettings, type SequentialVerdict } from './judge.ts';
export type { UnknownFailures } from './shares.ts';
export { addTallies, openState, type SequentialState } from './state.ts';
export type { Tally } from './tally.ts';
