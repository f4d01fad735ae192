import type { Pod, Service, ServicePort } from '../api/models.ts';

/** Where a connection can go. */
export interface Target {
  address: string;
  port: number;
}

/** A pod that takes requests. */
export interface ReadyPod {
  pod: Pod;
  address: string;
}

/** The ready pods a Service selects, with the port each has for this Service port. */
export function targetsOf(service: Service, port: ServicePort, pods: readonly ReadyPod[]): Target[] {
  return pods
    .filter(({ pod }) => selects(service, pod))
    .flatMap(({ pod, address }) => {
      const target = targetPort(port, pod);
      return target === undefined ? [] : [{ address, port: target }];
    });
}

function selects({ metadata, spec }: Service, pod: Pod): boolean {
  const selector = Object.entries(spec?.selector ?? {});
  if (selector.length === 0 || metadata?.namespace !== pod.metadata?.namespace) return false;
  return selector.every(([key, value]) => pod.metadata?.labels?.[key] === value);
}

function targetPort(port: ServicePort, pod: Pod): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target;
  const ports = (pod.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  return ports.find(({ name }) => name === target)?.containerPort;
}
