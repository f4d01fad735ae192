/** The kinds of gates: what each needs. How each samples is in `activities/gates/kinds.ts`, its fields in `spec/schema/gate.ts`. */
import {
  defaultCloudWindow,
  defaultCounterInterval,
  defaultCounterSource,
  defaultGateWindow,
  defaultJobTimeout,
} from '../defaults.ts';
import type { CounterSource, GateSpec } from '../spec/document.ts';
import { hasPlaceholder } from '../spec/query-placeholders.ts';

export type GateKind = GateSpec['kind'];

/**
 * What the table asks of a gate: of a validated one, or of one in a document that may be wrong elsewhere. Durations are
 * milliseconds, NaN where they cannot be read.
 */
export interface GateSettings {
  readonly interval?: number | undefined;
  readonly window?: number | undefined;
  readonly source?: CounterSource | undefined;
  readonly query?: string | undefined;
  readonly queries?: unknown;
  readonly timeout?: number | undefined;
}

/** Something of a gate that takes longer than a stage may hold. */
export interface HoldNeed {
  /** Its path in the gate. */
  readonly field: readonly string[];
  /** Milliseconds. */
  readonly duration: number;
  readonly what: string;
  /** What a shorter hold means. */
  readonly loss: string;
}

/** What gates of one kind need. */
export interface KindNeeds {
  /** What verdicts rest on: counters after every reading, samples of a window or a moment, or one Job. */
  readonly evidence: 'counters' | 'samples' | 'job';
  /** Whether it reads a Prometheus. */
  readonly prometheus: (gate: GateSettings) => boolean;
  /** Whether subsets have to be told apart by their label `version`. */
  readonly version: (gate: GateSettings) => boolean;
  /** What a stage must hold for; null for nothing. */
  readonly hold: (gate: GateSettings) => HoldNeed | null;
  /** Milliseconds in which it can say something anew. */
  readonly lookTime: (gate: GateSettings) => number;
  /** Milliseconds that it may go on after a hold. */
  readonly overtime: (gate: GateSettings) => number;
}

function windowNeed(duration: number): HoldNeed {
  return { field: ['window'], duration, what: 'the window', loss: 'the gate could never take a sample' };
}

const sampled: KindNeeds = {
  evidence: 'samples',
  prometheus: () => false,
  version: () => false,
  hold: () => null,
  lookTime: ({ interval = 0, window = 0 }) => window + 2 * interval,
  overtime: () => 0,
};

const counting: KindNeeds = {
  ...sampled,
  evidence: 'counters',
  prometheus: ({ source }) => source === 'prometheus',
  hold: ({ interval, source = defaultCounterSource }) => ({
    field: ['interval'],
    duration: interval ?? defaultCounterInterval[source],
    what: 'the interval',
    loss: 'the gate could never look',
  }),
};

const windowed: KindNeeds = {
  ...sampled,
  prometheus: () => true,
  hold: ({ window = defaultGateWindow }) => windowNeed(window),
};

/** Subsets are told apart by what is put into the query, if it has a place for it. */
const queried: KindNeeds = {
  ...windowed,
  version: ({ query, queries }) => hasPlaceholder(query ?? JSON.stringify(queries ?? null), 'version'),
};

const cloud: KindNeeds = {
  ...queried,
  prometheus: () => false,
  hold: ({ window = defaultCloudWindow }) => windowNeed(window),
};

/** Runs once and says once what it has to say. */
const job: KindNeeds = {
  ...sampled,
  evidence: 'job',
  hold: ({ timeout = defaultJobTimeout }) => ({
    field: ['job', 'timeout'],
    duration: timeout,
    what: "the Job's timeout",
    loss: 'the stage could end before the Job does',
  }),
  lookTime: ({ timeout = defaultJobTimeout }) => timeout,
  overtime: ({ timeout = defaultJobTimeout }) => timeout,
};

/** Every kind, in the order in which messages name them. */
export const kindNeeds: Readonly<Record<GateKind, KindNeeds>> = {
  errors: counting,
  slowRequests: counting,
  successRate: windowed,
  latency: windowed,
  promql: queried,
  cloudWatch: cloud,
  datadog: cloud,
  restarts: sampled,
  http: sampled,
  job,
};

export const gateKinds = Object.keys(kindNeeds) as GateKind[];

/** What a gate needs. */
export function needsOf({ kind }: Pick<GateSpec, 'kind'>): KindNeeds {
  return kindNeeds[kind];
}
