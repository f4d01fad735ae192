import type { IgnoredRoute } from '../../../domain/routing.ts';
import type { ServiceSpec } from '../../../domain/spec/document.ts';
import { describeRef, type KubeObject } from '../../kubernetes/index.ts';
import { isNamed } from '../routing/ignored.ts';

/**
 * What it means that the spec leaves routes alone, by name.
 * @param leading objects that lead to a host
 */
export function ignoredWarnings(
  ignore: readonly IgnoredRoute[],
  services: readonly ServiceSpec[],
  leading: (host: string) => readonly KubeObject[],
): string[] {
  return ignore
    .filter(({ kind }) => kind !== 'Service')
    .map((entry) => {
      const hosts = services
        .map(({ host }) => host)
        .filter((host) => leading(host).some((object) => isNamed(object, entry)));
      return hosts.length > 0 ? consequence(entry, hosts) : unused(entry, services);
    });
}

function consequence(entry: IgnoredRoute, hosts: readonly string[]): string {
  return (
    `${describeRef(entry)} is left alone: its requests to ${hosts.join(', ')} go where it says, in every stage and after a ` +
    'roll back, to all versions where it names none'
  );
}

function unused(entry: IgnoredRoute, services: readonly ServiceSpec[]): string {
  const hosts = services.map(({ host }) => host).join(', ');
  return `spec.routing.ignore names ${describeRef(entry)}, of which no route leads to ${hosts}: check its kind, name and namespace`;
}
