import type { ServiceSpec } from './spec/document.ts';

/** The services with the versions alone that have a preview, each with the Service of its preview. */
export function previewed(services: readonly ServiceSpec[]): ServiceSpec[] {
  return services
    .map((service) => ({
      ...service,
      subsets: service.subsets.flatMap(({ preview, ...subset }) =>
        preview === undefined ? [] : [{ ...subset, service: preview }],
      ),
    }))
    .filter(({ subsets }) => subsets.length > 0);
}
