import { formatDuration } from '../../duration.ts';
import { changedHosts } from '../../stage-plan.ts';
import type { Finding } from '../issues.ts';
import { type Outline, type PlacedGate, placedGates, present, type ServiceOutline } from '../outline.ts';
import { show } from '../show.ts';
import { unknownHost } from './check-weights.ts';

/** Gates can do what they are there for: they know their hosts, have time to look, and metrics to look at. */
export function checkGates(outline: Outline): Finding[] {
  const gates = placedGates(outline);
  const services = outline.services && present(outline.services).map(({ entry }) => entry);
  return [
    ...gates.flatMap(checkWindow),
    ...(services ? gates.flatMap((placed) => checkHosts(placed, services)) : []),
    ...checkVersions(outline, gates),
    ...checkMetrics(outline, gates),
  ];
}

function checkWindow({ gate, path, stages }: PlacedGate): Finding[] {
  const tooShort = stages.filter(({ hold }) => hold < gate.window);
  if (tooShort.length === 0) return [];
  const holds = tooShort.map(({ name, hold }) => `${name ?? ''} (${formatDuration(hold)})`).join(', ');
  const window = `the window of ${formatDuration(gate.window)} is longer than the hold of ${holds}`;
  return [
    {
      path: [...path, 'window'],
      message: `${window}, so the gate could never take a sample: shorten it or hold longer`,
    },
  ];
}

function checkHosts({ gate, path }: PlacedGate, services: readonly ServiceOutline[]): Finding[] {
  return present(gate.hosts)
    .filter(({ entry }) => services.every(({ host }) => host !== entry))
    .map(({ entry, index }) => ({ path: [...path, 'hosts', index], message: unknownHost(entry, services) }));
}

/** Istio's metrics know a workload by its label `version`: a judged subset needs one of its own. */
function checkVersions(outline: Outline, gates: readonly PlacedGate[]): Finding[] {
  const judged = judgedHosts(outline, gates);
  return present(outline.services)
    .filter(({ entry }) => judged.has(entry.host ?? ''))
    .flatMap(({ entry, index }) => checkSubsetVersions(entry, ['spec', 'services', index, 'subsets']));
}

function checkSubsetVersions({ subsets }: ServiceOutline, path: readonly PropertyKey[]): Finding[] {
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

function judgedHosts(outline: Outline, gates: readonly PlacedGate[]): Set<string> {
  const stages = present(outline.stages).map(({ entry }) => ({ weights: entry.weights ?? {} }));
  const changed = changedHosts(stages);
  const all = present(outline.services).flatMap(({ entry }) => entry.host ?? []);
  const byDefault = changed.length > 0 ? changed : all;
  return new Set(
    gates.flatMap(({ gate }) => (gate.hosts ? present(gate.hosts).map(({ entry }) => entry) : byDefault)),
  );
}

function checkMetrics(outline: Outline, gates: readonly PlacedGate[]): Finding[] {
  if (outline.cluster?.provider !== 'kubeconfig' || outline.metrics !== undefined || gates.length === 0)
    return [];
  const message =
    'missing, gates need metrics: name metrics.prometheus.address (provider kubeconfig brings no Prometheus)';
  return [{ path: ['spec', 'metrics'], message }];
}
