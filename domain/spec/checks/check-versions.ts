import { changedHosts } from '../../stage-plan.ts';
import type { Finding } from '../issues.ts';
import {
  type GateOutline,
  needsOfOutline,
  type Outline,
  type PlacedGate,
  present,
  type ServiceOutline,
} from '../outline.ts';
import { show } from '../show.ts';

/** Istio's metrics know a workload by its label `version`: a judged subset needs one of its own. */
export function checkVersions(outline: Outline, gates: readonly PlacedGate[]): Finding[] {
  const judged = judgedHosts(
    outline,
    gates.filter(({ gate }) => needsVersion(gate)),
  );
  return present(outline.services)
    .filter(({ entry }) => judged.has(entry.host ?? ''))
    .flatMap(({ entry, index }) => checkSubsets(entry, ['spec', 'services', index, 'subsets']));
}

function needsVersion(gate: GateOutline): boolean {
  return needsOfOutline(gate).some(({ needs, settings }) => needs.version(settings));
}

function judgedHosts(outline: Outline, gates: readonly PlacedGate[]): Set<string> {
  const stages = present(outline.stages).map(({ entry }) => ({ weights: entry.weights ?? {} }));
  const changed = changedHosts(stages);
  const all = present(outline.services).flatMap(({ entry }) => entry.host ?? []);
  const byDefault = changed.length > 0 ? changed : all;
  return new Set(
    gates.flatMap(({ gate }) => (gate.hosts ? present(gate.hosts).map(({ entry }) => entry) : byDefault)),
  );
}

function checkSubsets({ subsets }: ServiceOutline, path: readonly PropertyKey[]): Finding[] {
  const labelled = present(subsets).filter(({ entry }) => entry.labels !== undefined);
  const versions = labelled.map(({ entry }) => entry.labels?.version ?? '');
  return labelled.flatMap(({ entry, index }, position) => {
    const problem = versionProblem(versions, position);
    if (problem === null) return [];
    return [{ path: [...path, index, 'labels'], message: `subset ${show(entry.name)} ${problem}` }];
  });
}

function versionProblem(versions: readonly string[], position: number): string | null {
  const version = versions[position] ?? '';
  if (version === '') return 'needs a label version: gates tell subsets apart by it';
  if (versions.indexOf(version) === position) return null;
  return `has the same label version ${show(version)} as another: gates tell subsets apart by it`;
}
