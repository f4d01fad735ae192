import type { Finding } from '../issues.ts';
import { suggestion } from '../nearest.ts';
import { type Outline, present, type ServiceOutline, type StageOutline } from '../outline.ts';
import { show } from '../show.ts';
import { listNames } from '../list-names.ts';

/** Weights name hosts and subsets that the services define, and stage one has weights for every service. */
export function checkWeights(outline: Outline): Finding[] {
  if (outline.services === undefined) return [];
  const services = present(outline.services).map(({ entry }) => entry);
  const stages = present(outline.stages);
  return [
    ...stages.flatMap(({ entry, index }) => checkStage(entry, index, services)),
    ...checkFirstStage(outline.stages?.[0], services),
  ];
}

function checkStage(stage: StageOutline, index: number, services: readonly ServiceOutline[]): Finding[] {
  return Object.entries(stage.weights ?? {}).flatMap(([host, subsets]) => {
    const path = ['spec', 'stages', index, 'weights', host];
    const service = services.find((candidate) => candidate.host === host);
    if (service === undefined) return [{ path, message: unknownHost(host, services) }];
    return Object.keys(subsets).flatMap((subset) => checkSubset(subset, service, [...path, subset]));
  });
}

function checkSubset(subset: string, service: ServiceOutline, path: readonly PropertyKey[]): Finding[] {
  if (service.subsets === undefined) return [];
  const known = subsetNames(service);
  if (known.includes(subset)) return [];
  const defined = `${service.host ?? ''} has ${listNames(known)}`;
  return [{ path, message: `subset ${show(subset)} is not defined${suggestion(subset, known)}; ${defined}` }];
}

/** Message for a host that no service defines. */
export function unknownHost(host: string, services: readonly ServiceOutline[]): string {
  const known = services.flatMap((service) => service.host ?? []);
  return `host ${show(host)} is not one of the services${suggestion(host, known)}; spec.services has ${listNames(known)}`;
}

/** Names of a service's subsets, as far as they can be read. */
export function subsetNames(service: ServiceOutline): string[] {
  return present(service.subsets).flatMap(({ entry }) => entry.name ?? []);
}

function checkFirstStage(first: StageOutline | undefined, services: readonly ServiceOutline[]): Finding[] {
  const weights = first?.weights;
  if (weights === undefined) return [];
  const missing = [...new Set(services.flatMap(({ host }) => host ?? []))].filter(
    (host) => !Object.hasOwn(weights, host),
  );
  return missing.map((host) => ({
    path: ['spec', 'stages', 0, 'weights'],
    message: `the first stage gives ${show(host)} no weights, so there is nothing to start from: give every service its weights here`,
  }));
}
