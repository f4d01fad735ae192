/** What callers had of a version. */
import type { Sample } from '../../lab/load/sample.ts';

/** Milliseconds after which an answer is as bad as none: what the gate `slow-requests` allows. */
const slow = 500;

export interface Harm {
  /** Requests that the version answered. */
  readonly requests: number;
  /** Of them, failed ones and slow ones. */
  readonly hurt: number;
  /** Milliseconds from the first to the last of them; null without any. */
  readonly span: number | null;
}

/** What a version did to its callers. */
export function harmOf(samples: readonly Sample[], version: string): Harm {
  const own = samples.filter((sample) => sample.version === version);
  const times = timesOf(own);
  const [first = null] = times;
  const span = first === null ? null : (times.at(-1) ?? first) - first;
  return { requests: own.length, hurt: own.filter(isHurt).length, span };
}

/** Failed or slow requests that the version did not answer. */
export function hurtElsewhere(samples: readonly Sample[], version: string): number {
  return samples.filter((sample) => sample.version !== version && isHurt(sample)).length;
}

/**
 * Requests that failed, whoever should have answered, and those that a version answered too late.
 * @param slowest milliseconds that an answer of other versions may take
 */
export function hurtOf(
  samples: readonly Sample[],
  version: string,
  slowest: number,
): Pick<Harm, 'hurt' | 'span'> {
  const times = timesOf(
    samples.filter(
      (sample) =>
        sample.error !== null || (sample.version === version ? isHurt(sample) : sample.latencyMs > slowest),
    ),
  );
  const [first = null] = times;
  return { hurt: times.length, span: first === null ? null : (times.at(-1) ?? first) - first };
}

/** When the last request that the version answered was sent, in ms since 1970; null without any. */
export function lastRequest(samples: readonly Sample[], version: string): number | null {
  return timesOf(samples.filter((sample) => sample.version === version)).at(-1) ?? null;
}

/** Failed requests, whoever answered them. */
export function failuresOf(samples: readonly Sample[]): number {
  return samples.filter(({ error }) => error !== null).length;
}

function timesOf(samples: readonly Sample[]): number[] {
  return samples.map(({ at }) => at).sort((a, b) => a - b);
}

function isHurt({ error, latencyMs }: Sample): boolean {
  return error !== null || latencyMs > slow;
}
