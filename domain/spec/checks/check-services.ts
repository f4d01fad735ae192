import type { Finding } from '../issues.ts';
import { suggestion } from '../nearest.ts';
import { type Outline, present, type ServiceOutline } from '../outline.ts';
import { show } from '../show.ts';
import { heaviestSubsets } from '../stable-subset.ts';
import { subsetNames } from './check-weights.ts';
import { listNames } from '../list-names.ts';

/** Each service has a stable subset that can be told, and subsets that can be told apart. */
export function checkServices(outline: Outline): Finding[] {
  return present(outline.services).flatMap(({ entry, index }) => {
    const path = ['spec', 'services', index];
    return [...checkStable(entry, outline, path), ...checkLabels(entry, path)];
  });
}

function checkStable(service: ServiceOutline, outline: Outline, path: readonly PropertyKey[]): Finding[] {
  const names = subsetNames(service);
  if (service.stable !== undefined) return checkNamedStable(service.stable, names, path);
  const heaviest = heaviestSubsets(outline.stages?.[0]?.weights?.[service.host ?? ''] ?? {});
  if (heaviest.length < 2) return [];
  const given = `${heaviest.join(' and ')} have the same weight in the first stage`;
  return [
    {
      path,
      message: `${given}, so the stable one cannot be told: name it, as in stable: ${heaviest[0] ?? ''}`,
    },
  ];
}

function checkNamedStable(stable: string, names: readonly string[], path: readonly PropertyKey[]): Finding[] {
  if (names.length === 0 || names.includes(stable)) return [];
  const message = `subset ${show(stable)} is not defined${suggestion(stable, names)}; allowed are ${listNames(names)}`;
  return [{ path: [...path, 'stable'], message }];
}

function checkLabels(service: ServiceOutline, path: readonly PropertyKey[]): Finding[] {
  const subsets = present(service.subsets).filter(({ entry }) => entry.labels !== undefined);
  return subsets.flatMap(({ entry, index }, position) => {
    const twin = subsets
      .slice(0, position)
      .find((other) => canonical(other.entry.labels) === canonical(entry.labels));
    if (twin === undefined) return [];
    const names = `${twin.entry.name ?? ''} and ${entry.name ?? ''}`;
    const message = `subsets ${names} have the same labels: they would select the same pods`;
    return [{ path: [...path, 'subsets', index, 'labels'], message }];
  });
}

function canonical(labels: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => a.localeCompare(b)));
}
