/** The documents that the bench rolls out, as a user would write them. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { LabDescription } from '../../lab/up.ts';

/** A document as plain data. */
export interface PlainDocument {
  readonly kind: 'Rollout' | 'Canary';
  readonly metadata: object;
  readonly spec: Readonly<Record<string, unknown>>;
}

export const sequentialGates = [
  { name: 'errors', errors: {} },
  { name: 'slow-requests', slowRequests: { over: '500ms' } },
];

export const windowGates = [
  { name: 'success-rate', successRate: { min: 0.99 }, interval: '1s', window: '5s' },
  { name: 'latency', latency: { percentile: 99, max: '500ms' }, interval: '1s', window: '5s' },
];

/** A service of the lab, the versions that share its traffic, and how. */
export interface CanaryPlan {
  readonly stable: string;
  readonly candidate: string;
  /** The candidate's share in each stage, in percent. */
  readonly shares: readonly number[];
  /** Milliseconds. */
  readonly hold: number;
  readonly gates: readonly object[];
  /** Whose versions they are; `reviews` where nothing else is said. */
  readonly host?: string;
}

/** Stages of one service; the first puts all traffic on the stable version, whatever was before. */
export function canaryOf(lab: LabDescription, plan: CanaryPlan): PlainDocument {
  const { stable, candidate, shares, hold, gates, host = 'reviews' } = plan;
  const subsets = ['v1', 'v2', 'v3'].map((version) => ({ name: version, labels: { version } }));
  const stages = shares.map((share) => ({
    name: `${candidate}-${share}`,
    weights: {
      [host]: share === 100 ? { [candidate]: 100 } : { [stable]: 100 - share, [candidate]: share },
    },
    hold: `${hold}ms`,
    gates,
  }));
  return {
    ...head('Canary', host),
    spec: {
      cluster: { provider: 'kubeconfig', path: lab.kubeconfig, context: lab.context },
      namespace: 'default',
      services: [{ host, subsets, stable }],
      metrics: { prometheus: { address: lab.prometheus } },
      stages: [{ name: 'start', weights: { [host]: { [stable]: 100 } }, hold: '0s', gates: [] }, ...stages],
    },
  };
}

/** The four stages of the example: everything from the cluster on, most of which is there by then. */
export async function fourStages(lab: string, hold: number): Promise<PlainDocument> {
  const example = await readExample();
  const stages = (example.spec.stages as object[]).map((stage) => ({ ...stage, hold: `${hold}ms` }));
  const cluster = { provider: 'lab', name: lab };
  return { ...example, spec: { ...example.spec, cluster, stages, gates: sequentialGates } };
}

/** Cluster, mesh and Bookinfo, all traffic on v1. */
export async function bookinfo(lab: string): Promise<PlainDocument> {
  const { spec, ...example } = await fourStages(lab, 0);
  return { ...example, spec: { ...spec, gates: [], stages: (spec.stages as object[]).slice(0, 1) } };
}

async function readExample(): Promise<PlainDocument> {
  const file = new URL('../../examples/bookinfo-lab.yaml', import.meta.url);
  return parse(await readFile(file, 'utf8')) as PlainDocument;
}

function head(kind: PlainDocument['kind'], name: string) {
  return { apiVersion: 'sluice.dev/v1alpha1', kind, metadata: { name } };
}
