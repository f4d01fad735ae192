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
