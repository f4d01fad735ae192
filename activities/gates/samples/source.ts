import type { Weights } from '../../../domain/rollout.ts';
import type { Pod } from '../../kubernetes/index.ts';
import type { CountedService } from '../counters/read-counters.ts';
import type { PrometheusSpec } from '../../../domain/spec/document.ts';

/** Where measurements come from. */
export interface Source {
  /** Null when no Prometheus is known. */
  readonly prometheus: PrometheusSpec | null;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** A source for one stage's samples, with what somebody who is asked for a verdict wants to know. */
export interface StageSource extends Source {
  /** Id of the rollout's workflow. */
  readonly rollout: string;
  readonly stage: string;
  /** Weights of all hosts while the stage holds. */
  readonly weights: Weights;
  /** When the proxies had the weights, in epoch ms. */
  readonly since: number;
  /** Pods of the service of a host; null where they are not known. */
  readonly podsOf: (host: string) => Promise<readonly Pod[] | null>;
  /** The services as their requests are counted. */
  readonly counted: () => readonly CountedService[];
}
