/**
 * A validated document, every default filled in and every duration in milliseconds.
 * `parse.ts` makes it from YAML, `schema.ts` from the plain value that a workflow was started with.
 */
import type { AddonName } from '../addons.ts';
import type { Match } from '../diversions.ts';
import type { BadAnswers } from '../gates/answer.ts';
import type { SubsetWeights, Weights } from '../rollout.ts';
import type { IgnoredRoute, RoutingApi } from '../routing.ts';
import type { ApplicationSpec } from './application.ts';
import type { JobTask } from './job-task.ts';
import type { EksConfig } from './schema/eks-config.ts';
import type { GivenNodeGroup } from './schema/node-group.ts';

export type ClusterSpec =
  | { readonly provider: 'lab'; readonly name: string }
  | { readonly provider: 'kubeconfig'; readonly path: string | null; readonly context: string | null }
  | EksClusterSpec;

/** A cluster of Amazon EKS: one that is there, or one to make. */
export type EksClusterSpec = {
  readonly provider: 'eks';
  readonly name: string;
  /** Null for the worker's own, as the AWS CLI finds it. */
  readonly region: string | null;
  /** Profile of the worker's AWS configuration; null for its default credential chain. */
  readonly profile: string | null;
  /** File of the worker's machine that gets an entry for the cluster; null for none. */
  readonly kubeconfig: string | null;
} & (
  | { readonly existing: true }
  | {
      readonly existing: false;
      /** Minor version of Kubernetes; null for the default of a new cluster, and for whatever one has that is there. */
      readonly version: string | null;
      /** What the document says of them, no default filled in: a cluster that is there is compared with that alone. */
      readonly managedNodeGroups: readonly GivenNodeGroup[];
      /** What else the document says of a cluster to make. */
      readonly config: EksConfig;
    }
);

/** A managed node group with every default; sizes count nodes. */
export interface NodeGroupSpec extends Pick<GivenNodeGroup, 'iam' | 'labels' | 'tags' | 'taints'> {
  readonly name: string;
  /** Types that its nodes may have; more than one for Spot capacity as a rule. */
  readonly instanceTypes: readonly string[];
  readonly spot: boolean;
  readonly desiredCapacity: number;
  readonly minSize: number;
  readonly maxSize: number;
  /** GB of each node's root volume. */
  readonly volumeSize: number;
  readonly amiFamily: 'AmazonLinux2023' | 'Bottlerocket';
  /** Whether its nodes are in the private subnets. */
  readonly privateNetworking: boolean;
}

export interface MeshSpec {
  /** Release of Istio, a minor (`1.31`) or a patch of one; null for whatever istioctl the worker has. */
  readonly version: string | null;
  /** Revision, or revision tag, of the control plane that injects the namespace; null for the one that does, or the default. */
  readonly revision: string | null;
  /** An Istio installation profile. */
  readonly profile: string;
  /** An IstioOperator, as `istioctl install --filename` takes it; null for none. */
  readonly operator: Readonly<Record<string, unknown>> | null;
  /** Whether a mesh that is older than the version is upgraded in place. */
  readonly upgrade: boolean;
  /** Further `istioctl install --set` values. */
  readonly set: Readonly<Record<string, string>>;
}

/** Add-ons of Istio's release. */
export interface AddonsSpec {
  readonly install: readonly AddonName[];
  /** Those that people reach from outside: their Services become load balancers. */
  readonly expose: readonly AddonName[];
}

/** A subset as in Istio's DestinationRule. */
export interface SubsetSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the Service that has just these pods: what an HTTPRoute leads to. Absent where routing is Istio's own. */
  readonly service?: string;
  /** Service that leads to just these pods while the rollout runs; absent for none. */
  readonly preview?: string;
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
  /** Whether it reports only: no stage fails, or is inconclusive, by it. */
  readonly dryRun: boolean;
  /** Milliseconds after the shift in which requests are shown and not judged: a cold cache is no fault. */
  readonly initialDelay: number;
}

/** Where counters are read: by the calling proxies' own, or by a Prometheus that scrapes them. */
export type CounterSource = 'proxies' | 'prometheus';

interface SequentialGateBase extends GateBase {
  /** Milliseconds between two looks; the test stays valid however often it looks. */
  readonly interval: number;
  /** Bad requests that are no fault, as a share over 0 and under 1. */
  readonly allowed: number;
  /** Bound on the share of stages in which a healthy candidate fails this gate, over 0 and under 1. */
  readonly alpha: number;
  /** Fewer requests than this pass nobody. */
  readonly minRequests: number;
  readonly source: CounterSource;
}

/** Tests counts after every look, without more false alarms by looking often. */
export type SequentialGateSpec = ErrorsGateSpec | SlowRequestsGateSpec;

/** Counts requests that failed: bad answers, and those that got none. */
export type ErrorsGateSpec = SequentialGateBase & BadAnswers & { readonly kind: 'errors' };

/** Counts requests answered later than `over` milliseconds. */
export type SlowRequestsGateSpec = SequentialGateBase & {
  readonly kind: 'slowRequests';
  readonly over: number;
};

interface SampledGateBase extends GateBase {
  /** Milliseconds between two samples. */
  readonly interval: number;
  /** Milliseconds that a sample looks back; the first one comes this long after the shift was seen. */
  readonly window: number;
  /** Samples that may fail before the gate fails. */
  readonly failureLimit: number;
  /** Samples that may say nothing before the gate is inconclusive for the rest of its watch; null for any number. */
  readonly inconclusiveLimit: number | null;
  /** Samples in a row that may go wrong before the gate is inconclusive for the rest of its watch. */
  readonly consecutiveErrorLimit: number;
}

/** Judges the requests of a window by a threshold. */
export type WindowGateSpec = SampledGateBase & {
  /** Fewer requests in a window than this say nothing: the sample is inconclusive. */
  readonly minRequests: number;
} & (
    | (BadAnswers & {
        readonly kind: 'successRate';
        /** Least share of requests that did not fail, 0 to 1. */
        readonly min: number;
      })
    | {
        readonly kind: 'latency';
        /** 0 to 100, exclusive. */
        readonly percentile: number;
        /** Milliseconds. */
        readonly max: number;
      }
  );

/** Judges one number; at least one of the bounds is set; a value on a bound passes. */
interface BoundedGateBase extends SampledGateBase {
  readonly min: number | null;
  readonly max: number | null;
}

/** Judges the number that a PromQL query gives. */
export type PromqlGateSpec = BoundedGateBase & {
  readonly kind: 'promql';
  /** May hold `{{host}}`, `{{subset}}`, `{{version}}`, `{{namespace}}` and `{{window}}`. */
  readonly query: string;
};

/** Judges the latest point that a query of Datadog's metrics gives in the window. */
export type DatadogGateSpec = BoundedGateBase & {
  readonly kind: 'datadog';
  /** May hold the placeholders of PromQL; `{{window}}` is seconds. */
  readonly query: string;
};

/** A metric of CloudWatch; values of dimensions may hold placeholders. */
export interface CloudWatchMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** As in `Sum`, `Average` or `p99`. */
  readonly statistic: string;
}

/** One of the queries of GetMetricData: a metric, or an expression over others. */
export type CloudWatchQuery = {
  readonly id: string;
  /** Whether this is the one that is judged. */
  readonly returnData: boolean;
} & ({ readonly metric: CloudWatchMetric } | { readonly expression: string });

/** Judges the number that CloudWatch gives for the window. */
export type CloudWatchGateSpec = BoundedGateBase & {
  readonly kind: 'cloudWatch';
  readonly queries: readonly CloudWatchQuery[];
  /** Null for the worker's own, as the AWS CLI finds it. */
  readonly region: string | null;
  /** Profile of the worker's AWS configuration; null for its default credential chain. */
  readonly profile: string | null;
};

export type BoundedGateSpec = PromqlGateSpec | DatadogGateSpec | CloudWatchGateSpec;

/** Asks an HTTP endpoint for a verdict. */
export type HttpGateSpec = SampledGateBase & {
  readonly kind: 'http';
  readonly url: string;
  /** Milliseconds that an answer may take. */
  readonly timeout: number;
};

/** Runs a Kubernetes Job once a stage: it passes when it completes. */
export type JobGateSpec = GateBase & JobTask & { readonly kind: 'job' };

/** Counts how often containers of a subset's pods have ended since the shift. */
export type RestartsGateSpec = SampledGateBase & {
  readonly kind: 'restarts';
  /** Restarts that pass. */
  readonly max: number;
};

export type SampledGateSpec = WindowGateSpec | BoundedGateSpec | RestartsGateSpec | HttpGateSpec;

export type GateSpec = SequentialGateSpec | SampledGateSpec | JobGateSpec;

export interface ApprovalSpec {
  /** Names that may approve, as callers give them; null for anybody. */
  readonly approvers: readonly string[] | null;
  /** Milliseconds to wait; null for ever. */
  readonly timeout: number | null;
  /** What happens then. */
  readonly then: 'rollBack' | 'goOn';
}

export interface StageSpec {
  readonly name: string;
  readonly weights: Weights;
  /** Testers' requests that go to a version at any weight, from this stage on; absent where it says nothing of them. */
  readonly match?: Match;
  /** Percent of a host's requests that a version gets copies of in this stage; absent for none. */
  readonly mirror?: Weights;
  /** Milliseconds that the weights stay, counted from when the proxies had them. */
  readonly hold: number;
  readonly gates: readonly GateSpec[];
  /** Wait for somebody's approval before this stage's shift; null to go on by itself. */
  readonly approval: ApprovalSpec | null;
  /** Milliseconds from the stage's shift to its end, pauses and waits for people not counted; null for no limit. */
  readonly progressDeadline: number | null;
}

export interface InconclusiveSpec {
  /** Milliseconds beyond the hold that a stage may stay inconclusive. */
  readonly timeout: number;
  readonly then: 'pause' | 'rollBack';
}

/** What a failed stage leaves to people, once traffic is back on the stable version. */
export interface RetrySpec {
  /** Milliseconds to wait for `retry` before the rollout ends; 0 ends it at once. */
  readonly timeout: number;
  /** How often a stage may be tried again. */
  readonly limit: number;
}

/** Events that people can be told of. */
export const notifiedEvents = [
  'approval',
  'inconclusive',
  'drift',
  'stageFailed',
  'promoted',
  'rolledBack',
  'aborted',
  'failed',
] as const;
export type NotifiedEvent = (typeof notifiedEvents)[number];

/** An HTTP endpoint that is told of events by a POST. */
export type NotificationSpec = {
  readonly on: readonly NotifiedEvent[];
} & (
  | { readonly url: string }
  | {
      /** Variable of the worker's environment that holds the address: a secret stays out of the history. */
      readonly urlFromEnv: string;
    }
);

/** A Prometheus that gates ask. */
export interface PrometheusSpec {
  /** Base URL. */
  readonly address: string;
  /** Name of credentials that the worker has; null for none. Their secrets never leave it. */
  readonly credentials: string | null;
}

/** What `Canary` and `Rollout` have in common: the delivery itself. */
export interface DeliverySpec {
  readonly cluster: ClusterSpec;
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  /** The API by which weights are given. */
  readonly routing: RoutingApi;
  /** Routes to the services that the rollout leaves alone. */
  readonly ignore: readonly IgnoredRoute[];
  readonly stages: readonly StageSpec[];
  /** Null for the one that the cluster provider brings. */
  readonly prometheus: PrometheusSpec | null;
  readonly inconclusive: InconclusiveSpec;
  /** Milliseconds that proxies may take to have a stage's weights. */
  readonly observeTimeout: number;
  /** What follows when somebody else changes the weights while a stage holds. */
  readonly drift: 'reassert' | 'pause';
  /** Milliseconds from the first shift to the end, pauses and waits for people not counted; null for no limit. */
  readonly progressDeadline: number | null;
  readonly retry: RetrySpec;
  readonly notifications: readonly NotificationSpec[];
}

export interface RolloutSpec extends DeliverySpec {
  readonly mesh: MeshSpec;
  /** Null for none. */
  readonly addons: AddonsSpec | null;
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

export type { ApplicationSpec, SubsetWeights, Weights };
