/**
 * A validated document, every default filled in and every duration in milliseconds.
 * `parse.ts` makes it from YAML, `schema.ts` from the plain value that a workflow was started with.
 */
import type { SubsetWeights, Weights } from '../rollout.ts';

export type ClusterSpec =
  | { readonly provider: 'lab'; readonly name: string }
  | { readonly provider: 'kubeconfig'; readonly path: string | null; readonly context: string | null };

export interface MeshSpec {
  /** An Istio installation profile. */
  readonly profile: string;
  /** Further `istioctl install --set` values. */
  readonly set: Readonly<Record<string, string>>;
}

export interface ApplicationSpec {
  /** An application whose manifests Sluice ships. */
  readonly bundle: 'bookinfo';
}

/** A subset as in Istio's DestinationRule. */
export interface SubsetSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ServiceSpec {
  /** Name of the Kubernetes Service in the rollout's namespace. */
  readonly host: string;
  readonly subsets: readonly SubsetSpec[];
  /** The subset that traffic goes back to; by default the one with most weight in stage one. */
  readonly stable: string;
}

interface GateBase {
  readonly name: string;
  /** Hosts whose routed subsets are judged; by default those whose weights change between stages. */
  readonly hosts: readonly string[];
  readonly interval: number;
  readonly window: number;
  /** Samples that may fail before the gate fails. */
  readonly failureLimit: number;
  /** Fewer requests in a window than this say nothing: the sample is inconclusive. */
  readonly minRequests: number;
}

export type GateSpec =
  | (GateBase & {
      readonly kind: 'successRate';
      /** Least share of requests without a 5xx answer, 0 to 1. */
      readonly min: number;
    })
  | (GateBase & {
      readonly kind: 'latency';
      /** 0 to 100, exclusive. */
      readonly percentile: number;
      /** Milliseconds. */
      readonly max: number;
    });

export interface StageSpec {
  readonly name: string;
  readonly weights: Weights;
  /** Milliseconds that the weights stay, counted from when the proxies had them. */
  readonly hold: number;
  readonly gates: readonly GateSpec[];
  /** Wait for the signal `approve` before this stage's shift. */
  readonly approval: boolean;
}

export interface InconclusiveSpec {
  /** Milliseconds beyond the hold that a stage may stay inconclusive. */
  readonly timeout: number;
  readonly then: 'pause' | 'rollBack';
}

/** What `Canary` and `Rollout` have in common: the delivery itself. */
export interface DeliverySpec {
  readonly cluster: ClusterSpec;
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  readonly stages: readonly StageSpec[];
  /** Base URL of Prometheus; null for the one the cluster provider brings. */
  readonly prometheus: string | null;
  readonly inconclusive: InconclusiveSpec;
  /** Milliseconds that proxies may take to have a stage's weights. */
  readonly observeTimeout: number;
}

export interface RolloutSpec extends DeliverySpec {
  readonly mesh: MeshSpec;
  readonly application: ApplicationSpec;
  /** What becomes of what the run itself created when it does not end `Promoted`. */
  readonly onFailure: 'keep' | 'remove';
}

export interface RolloutDocument {
  readonly kind: 'Rollout';
  readonly name: string;
  readonly spec: RolloutSpec;
}

export interface CanaryDocument {
  readonly kind: 'Canary';
  readonly name: string;
  readonly spec: DeliverySpec;
}

export type Document = RolloutDocument | CanaryDocument;

/** One mistake in a document: where, what was given, what is allowed. */
export interface SpecIssue {
  /** As in `spec.stages[1].weights.reviews`. */
  readonly path: string;
  readonly message: string;
  /** 1-based; null where the source text is not known. */
  readonly line: number | null;
  readonly column: number | null;
}

export type { SubsetWeights, Weights };
