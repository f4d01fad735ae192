/** What a scenario is, and what one trial of it showed. */
import type { Stand } from './stand.ts';

export interface Settings {
  /** Milliseconds that a stage holds. */
  readonly hold: number;
  /** Requests a second. */
  readonly rate: number;
}

/** A number has its unit in its name; null where there was nothing to measure. */
export type Figures = Readonly<Record<string, number | null>>;

export interface Trial {
  /** How the rollout ended, or where it was when the trial gave up on it. */
  readonly outcome: string;
  readonly figures: Figures;
  readonly reason: string;
}

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** What is different in it, one after the other in every run. */
  readonly variants: readonly string[];
  readonly runs: number;
  readonly settings: Settings;
  readonly run: (stand: Stand, variant: string, settings: Settings) => Promise<Trial>;
}

/** A trial with its place in the bench. */
export interface Row extends Trial {
  readonly scenario: string;
  readonly variant: string;
  readonly run: number;
}
