import type { Pod } from '../../kubernetes/index.ts';
import { describeRef } from '../../kubernetes/index.ts';
import { isProxied } from '../../proxies/proxies.ts';
import { invalidTarget } from '../failure.ts';

/** By which Istio's CNI plugin marks pods of ambient mode. */
const ambientAnnotation = 'ambient.istio.io/redirection';
const ambientLabel = 'istio.io/dataplane-mode';

/** Pods that a warning names. */
const named = 5;

/**
 * Refuses services that pods of ambient mode have or may call: their requests pass ztunnel, which follows no weights.
 * Fails with `InvalidTarget`, not retryable.
 */
export function refuseAmbient(host: string, pods: readonly Pod[]): void {
  const ambient = pods.find(isAmbient);
  if (ambient === undefined) return;
  throw invalidTarget(
    `${describeRef({ kind: 'pod', ...ambient.metadata })} is in ambient mode, whose requests to ${host} follow no weights: ` +
      'ambient is not supported yet; inject sidecars, and take the label istio.io/dataplane-mode away',
  );
}

/** A warning of pods of the namespace without a proxy: what they call follows no weights. */
export function bareCallers(host: string, pods: readonly Pod[], own: readonly Pod[]): string[] {
  const names = new Set(own.map(({ metadata }) => metadata.name));
  const bare = pods.filter((pod) => isRunning(pod) && !isProxied(pod) && !names.has(pod.metadata.name));
  if (bare.length === 0) return [];
  const some = bare.slice(0, named).map(({ metadata }) => metadata.name);
  const more = bare.length > named ? [`and ${bare.length - named} more`] : [];
  return [
    `without a sidecar, ${[...some, ...more].join(', ')}: requests of these pods to ${host}, if they call it, follow no weights`,
  ];
}

function isAmbient({ metadata }: Pod): boolean {
  return (
    metadata.annotations?.[ambientAnnotation] === 'enabled' || metadata.labels?.[ambientLabel] === 'ambient'
  );
}

function isRunning({ metadata, status }: Pod): boolean {
  return status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
}
