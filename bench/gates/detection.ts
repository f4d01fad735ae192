import { seededRandom } from './random.ts';
import { simulateRuns, type Settings, type Stage } from './simulate.ts';

/** A stable version that has the same share of bad requests all the time, and a candidate that has it until its onset. */
export interface Effect {
  readonly share: number;
  /** Milliseconds from the shift. */
  readonly onset: number;
  readonly candidate: number;
  readonly stable: number;
}

/** What many stages of one effect came to. Counts and time are since the onset; of those that failed: medians, and null where none did. */
export interface DetectionRow extends Effect {
  readonly runs: number;
  /** Share of the stages that failed. */
  readonly failed: number;
  readonly requests: number | null;
  readonly bad: number | null;
  readonly looks: number | null;
  /** Milliseconds to the verdict. */
  readonly time: number | null;
}

type Conditions = Omit<Stage, keyof Effect>;

/** Simulates stages with the effect, always the same ones for a seed. */
export function measureDetection(
  effect: Effect,
  conditions: Conditions,
  settings: Settings,
  runs: number,
  seed: string,
): DetectionRow {
  const { share, onset, candidate, stable } = effect;
  const shareAt = (at: number) => (at > onset ? candidate : stable);
  const stage = { ...conditions, share, onset, candidate: shareAt, stable: () => stable };
  const random = seededRandom(`${seed} ${JSON.stringify(effect)}`);
  const detections = simulateRuns(runs, stage, settings, random).filter((one) => one !== null);
  const looks = median(detections.map((one) => one.looks));
  return {
    ...effect,
    runs,
    failed: detections.length / runs,
    requests: median(detections.map((one) => one.requests)),
    bad: median(detections.map((one) => one.bad)),
    looks,
    time: looks === null ? null : looks * conditions.interval,
  };
}

/** The lower one of the two in the middle, so that counts stay counts. */
function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? null;
}
