import type { ServiceSpec } from './spec/document.ts';

/**
 * Services that single versions of a service have, and the version of each: `{ 'reviews-v1': 'v1' }`. Empty where the
 * versions are subsets of one Service.
 */
export type Backends = Readonly<Record<string, string>>;

/** The Services of a service's versions. */
export function backendsOf({ subsets }: ServiceSpec): Backends {
  return Object.fromEntries(
    subsets.flatMap(({ name, service }) => (service === undefined ? [] : [[service, name]])),
  );
}
