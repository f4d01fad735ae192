/** Every default in one place, with its reason. Durations are milliseconds. */

/** Task queue of workers and clients that name none. */
export const defaultTaskQueue = 'sluice';

/** Field manager of everything Sluice applies: what it owns under server-side apply. */
export const fieldManager = 'sluice';

/** A hold long enough for some traffic; Flagger's interval. */
export const defaultHold = 60_000;

/** Between two samples of a gate. */
export const defaultGateInterval = 5_000;

/** Window of one sample; several scrapes of a Prometheus that scrapes every 15 s. */
export const defaultGateWindow = 60_000;

/** Failed samples a gate tolerates; Argo Rollouts' default. */
export const defaultFailureLimit = 0;

/** Fewer requests than this in a window say nothing. */
export const defaultMinRequests = 10;

/** How long a stage may stay inconclusive beyond its hold before it waits for a person. */
export const defaultInconclusiveTimeout = 10 * 60_000;

/** How long proxies may take to have new routes; istiod's debounce is at most 10 s. */
export const defaultObserveTimeout = 60_000;

/** How long a Deployment may take to become Available; Kubernetes' own progressDeadlineSeconds. */
export const defaultDeploymentTimeout = 10 * 60_000;

/** Longest duration a spec may name: 30 days. */
export const maxDuration = 30 * 24 * 3600_000;

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

/** Profile of `istioctl install`: the one with both gateways, as in the runbook. */
export const defaultMeshProfile = 'demo';

/** Name of the embedded lab when a spec names none. */
export const defaultLabName = 'default';

/** Kubernetes' own default. */
export const defaultNamespace = 'default';

/** Largest document: Temporal takes payloads of 2 MB, and a sensible spec is a few kilobytes. */
export const maxDocumentCharacters = 512 * 1024;

/** Most entries of any list in a document; keeps a run's history far below Temporal's limits. */
export const maxListLength = 100;
