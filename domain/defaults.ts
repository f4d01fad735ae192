/** Every default in one place, with its reason. Durations are milliseconds. */

/** Task queue of workers and clients that name none. */
export const defaultTaskQueue = 'sluice';

/** Where workers and clients look for Temporal that are told nothing: its dev server. */
export const defaultTemporalAddress = '127.0.0.1:7233';

/** Field manager of everything Sluice applies: what it owns under server-side apply. */
export const fieldManager = 'sluice';

/** A hold long enough for some traffic; Flagger's interval. */
export const defaultHold = 60_000;

/** Share of bad requests that is no fault: an objective of 99 %, as in Flagger's examples. */
export const defaultAllowed = 0.01;

/** Of a hundred stages with a healthy candidate, a sequential gate wrongly fails at most one. */
export const defaultAlpha = 0.01;

/** Where sequential gates count: every mesh has its proxies, not every mesh has a Prometheus. */
export const defaultCounterSource = 'proxies';

/**
 * Between two looks at counters. A proxy answers in milliseconds, and every interval is one in which a bad
 * candidate goes on hurting; a Prometheus shows nothing new between two of its scrapes.
 */
export const defaultCounterInterval = { proxies: 250, prometheus: 5_000 } as const;

/** Between two samples of a gate. */
export const defaultGateInterval = 5_000;

/** Window of one sample; several scrapes of a Prometheus that scrapes every 15 s. */
export const defaultGateWindow = 60_000;

/** Between two samples of CloudWatch or Datadog: each is paid for or counted against a limit, and nothing is newer. */
export const defaultCloudInterval = 60_000;

/** Window of a sample of CloudWatch or Datadog: what they show is a minute or two late. */
export const defaultCloudWindow = 5 * 60_000;

/** Failed samples a gate tolerates; Argo Rollouts' default. */
export const defaultFailureLimit = 0;

/** Samples in a row that may go wrong; Argo Rollouts' default. */
export const defaultConsecutiveErrorLimit = 4;

/** Fewer requests than this say nothing. */
export const defaultMinRequests = 10;

/** How long an HTTP gate waits for an answer: an endpoint that is up has given it by then. */
export const defaultHttpTimeout = 5_000;

/** How long the Job of a gate may take: a smoke test with time to pull its image. */
export const defaultJobTimeout = 5 * 60_000;

/** How long a command in a pod may take to give the right answer: sidecars take their routes a moment after they are ready. */
export const defaultExecCheckTimeout = 2 * 60_000;

/** How long the ingress may take to give the right answer: a cloud's load balancer and its DNS name take minutes. */
export const defaultHttpCheckTimeout = 10 * 60_000;

/** Bounds of the time that a check may take; the longest is below what Temporal gives an activity that waits. */
export const minCheckTimeout = 1_000;
export const maxCheckTimeout = 15 * 60_000;

/** How long a stage may stay inconclusive beyond its hold before it waits for a person. */
export const defaultInconclusiveTimeout = 10 * 60_000;

/** What an approval that nobody gave in time means: a release that nobody wants does not go on. */
export const defaultApprovalThen = 'rollBack';

/** What follows when somebody else changes the weights: the rollout owns them while it runs. */
export const defaultDrift = 'reassert';

/**
 * Other weights found this often within `fightWindow` (ms) are a fight: the run pauses. Argo CD's self-heal writes again
 * at once, then 2, 6, 18 s later and so on (its back-off).
 */
export const rewritesOfFight = 3;
export const fightWindow = 60_000;

/** Most times that a hold's weights are written again: a tool that syncs every few minutes fights too. */
export const mostRewrites = 10;

/** How long a failed rollout waits for `retry`: not at all, so that a script gets its answer. */
export const defaultRetryTimeout = 0;

/** How often a stage may be tried again: what fails so often wants another release. */
export const defaultRetryLimit = 3;

/** How long proxies may take to have new routes; istiod's debounce is at most 10 s. */
export const defaultObserveTimeout = 60_000;

/** How long a Deployment may take to become Available; Kubernetes' own progressDeadlineSeconds. */
export const defaultDeploymentTimeout = 10 * 60_000;

/** Longest duration a spec may name: 30 days. */
export const maxDuration = 30 * 24 * 3600_000;

/** HTTP statuses that are a fault of the version that answers so. */
export const defaultBadCodes: readonly string[] = ['5xx'];

/** gRPC statuses that are the server's fault: unknown, deadline exceeded, unimplemented, internal, unavailable, data loss. */
export const defaultBadStatuses: readonly number[] = [2, 4, 12, 13, 14, 15];

/** Longest warm-up: what is not warm after an hour is not ready. */
export const maxInitialDelay = 3600_000;

/** Shortest gate interval: below it, samples cost more than they say. */
export const minGateInterval = 100;

/** Longest gate interval: a gate that looks less often does not guard a stage. */
export const maxGateInterval = 3600_000;

/** Shortest gate window: no source of metrics is finer. */
export const minGateWindow = 1_000;

/** Longest gate window: a day, the retention that a small Prometheus surely has. */
export const maxGateWindow = 24 * 3600_000;

/** Bounds of the time that proxies may take to have new routes. */
export const minObserveTimeout = 1_000;
export const maxObserveTimeout = 3600_000;

/** Longest latency objective: the upper finite bucket of Istio's histogram is one hour. */
export const maxLatency = 3600_000;

/** Bounds of the time that an HTTP gate waits for an answer; Kubernetes' limit for webhooks is 30 s. */
export const minHttpTimeout = 100;
export const maxHttpTimeout = 30_000;

/** Shortest time that a Job may take: less does not even start a container. */
export const minJobTimeout = 1_000;

/** Longest PromQL query: what is longer belongs in a recording rule. */
export const maxQueryCharacters = 10_000;

/** Deepest nesting of a template's gate; a gate itself has three levels. */
export const maxTemplateDepth = 10;

/** Profile of `istioctl install`: the one with both gateways, as in the runbook. */
export const defaultMeshProfile = 'demo';

/** API of the weights: Istio's own, which every mesh has. */
export const defaultRouting = 'istio';

/** Name of the embedded lab when a spec names none. */
export const defaultLabName = 'default';

/** Kubernetes of a new EKS cluster: in standard support until 2027-03-27 (EKS's release calendar). */
export const defaultEksVersion = '1.35';

/** Node group of a new EKS cluster, as in the runbook; the volume is eksctl's default, in GB. */
export const defaultNodeGroup = {
  name: 'workers',
  instanceTypes: ['c5.large'],
  desiredCapacity: 2,
  minSize: 1,
  maxSize: 4,
  volumeSize: 80,
  amiFamily: 'AmazonLinux2023',
} as const;

/** EKS's limits for the nodes of a group, and for the root volume of one, in GB: 20 holds AL2023 and some images. */
export const maxNodes = 450;
export const minVolumeSize = 20;
export const maxVolumeSize = 16_384;

/** Kubernetes' own default. */
export const defaultNamespace = 'default';

/** Largest document: Temporal takes payloads of 2 MB, and a sensible spec is a few kilobytes. */
export const maxDocumentCharacters = 512 * 1024;

/** Deepest nesting of a document: schemas in CustomResourceDefinitions have some fifty levels. */
export const maxDocumentDepth = 100;

/** Most entries of any list or mapping beyond which nothing else of a document is looked at. */
export const maxDocumentEntries = 1_000;

/** Most mistakes of a document that are told, and characters of each. */
export const maxIssues = 100;
export const maxIssueCharacters = 1_000;

/** Largest file that a spec names, in bytes: whole releases of CustomResourceDefinitions have a few million. */
export const maxFileBytes = 16 * 1024 * 1024;

/** Most objects of an application, and their characters as JSON: half of a payload, as the rest of a spec is one too. */
export const maxObjects = 500;
export const maxObjectCharacters = 1024 * 1024;

/** Objects that the runs of one rollout may have made together, as a teardown is given them. */
export const maxLedgerObjects = 10_000;

/** Most entries of any list in a document; keeps a run's history far below Temporal's limits. */
export const maxListLength = 100;

/** How far above its own port Temporal's dev server (`temporal server start-dev`) has its Web UI. */
export const webUiDistance = 1_000;
