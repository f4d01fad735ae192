import type { Finding } from '../issues.ts';
import { type Outline, type PlacedGate, placedGates, present, type ServiceOutline } from '../outline.ts';
import { checkGateTimes } from './check-gate-times.ts';
import { checkMetrics } from './check-metrics.ts';
import { checkVersions } from './check-versions.ts';
import { unknownHost } from './check-weights.ts';

/** Gates can do what they are there for: they know their hosts, have time to look, and metrics to look at. */
export function checkGates(outline: Outline): Finding[] {
  const gates = placedGates(outline);
  const services = outline.services && present(outline.services).map(({ entry }) => entry);
  return [
    ...gates.flatMap(checkGateTimes),
    ...(services ? gates.flatMap((placed) => checkHosts(placed, services)) : []),
    ...checkVersions(outline, gates),
    ...checkMetrics(outline, gates),
  ];
}

function checkHosts({ gate, path }: PlacedGate, services: readonly ServiceOutline[]): Finding[] {
  return present(gate.hosts)
    .filter(({ entry }) => services.every(({ host }) => host !== entry))
    .map(({ entry, index }) => ({ path: [...path, 'hosts', index], message: unknownHost(entry, services) }));
}
