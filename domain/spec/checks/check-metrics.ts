import type { Finding } from '../issues.ts';
import { type GateOutline, needsOfOutline, type Outline, type PlacedGate } from '../outline.ts';
import { show } from '../show.ts';
import { listNames } from '../list-names.ts';

/** Providers of clusters that Sluice puts no Prometheus into. */
const bringsNone = ['kubeconfig', 'eks'];

/** Gates that read metrics have a Prometheus to read them from. */
export function checkMetrics(outline: Outline, gates: readonly PlacedGate[]): Finding[] {
  const provider = outline.cluster?.provider ?? '';
  if (!bringsNone.includes(provider) || outline.metrics !== undefined) return [];
  const needy = new Set(gates.flatMap(({ gate }) => (needsPrometheus(gate) ? show(gate.name) : [])));
  if (needy.size === 0) return [];
  const who = needy.size === 1 ? 'gate' : 'gates';
  const need = `missing, ${who} ${listNames(needy)} cannot do without: name metrics.prometheus.address`;
  const reason = `provider ${provider} brings no Prometheus; errors and slowRequests need none with source proxies`;
  return [{ path: ['spec', 'metrics'], message: `${need} (${reason})` }];
}

function needsPrometheus(gate: GateOutline): boolean {
  return needsOfOutline(gate).some(({ needs, settings }) => needs.prometheus(settings));
}
