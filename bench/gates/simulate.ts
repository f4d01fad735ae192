import { isAtFault } from '../../domain/gates/sequential/judge.ts';
import { addTallies, openState } from '../../domain/gates/sequential/state.ts';
import { noRequests, sumTallies, type Tally } from '../../domain/gates/sequential/tally.ts';
import { drawBinomial, type Random } from './random.ts';

/** One stage as a gate sees it. Times are milliseconds, shares 0 to 1. */
export interface Stage {
  /** Requests a second, of both versions together. */
  readonly rate: number;
  /** Of the requests, those that go to the candidate. */
  readonly share: number;
  readonly hold: number;
  /** Between two looks. */
  readonly interval: number;
  /** What came before is not counted in what a detection took. */
  readonly onset: number;
  /** Probability that a request at that time is bad. */
  readonly candidate: (at: number) => number;
  readonly stable: (at: number) => number;
}

export interface Settings {
  readonly allowed: number;
  readonly alpha: number;
}

/** When a gate failed: after how many looks, and what the candidate had had by then; both since the onset. */
export interface Detection extends Tally {
  readonly looks: number;
}

/** One stage with a look after every interval, until the gate fails; null where it never does. */
export function simulate(stage: Stage, settings: Settings, random: Random): Detection | null {
  const before = Math.floor(stage.onset / stage.interval);
  let state = openState();
  let counted = noRequests;
  for (let look = 1; look * stage.interval <= stage.hold; look += 1) {
    const { candidate, stable } = drawLook(stage, look, random);
    state = addTallies(state, settings, candidate, stable);
    if (look > before) counted = sumTallies(counted, candidate);
    if (isAtFault(state, settings.alpha)) return { looks: Math.max(0, look - before), ...counted };
  }
  return null;
}

/** The requests since the look before. Clients send at a fixed pace, and chance routes each of them. */
function drawLook(stage: Stage, look: number, random: Random): { candidate: Tally; stable: Tally } {
  const at = look * stage.interval;
  const sent = (until: number) => Math.floor((until * stage.rate) / 1_000);
  const requests = sent(at) - sent(at - stage.interval);
  const routed = drawBinomial(requests, stage.share, random);
  return {
    candidate: { requests: routed, bad: drawBinomial(routed, stage.candidate(at), random) },
    stable: { requests: requests - routed, bad: drawBinomial(requests - routed, stage.stable(at), random) },
  };
}

/** Stages of many runs, one after the other from the same source of chance. */
export function simulateRuns(
  runs: number,
  stage: Stage,
  settings: Settings,
  random: Random,
): (Detection | null)[] {
  return Array.from({ length: runs }, () => simulate(stage, settings, random));
}
