/**
 * What can be read of a document whatever else is wrong with it: each part that is right by itself.
 * Checks across parts work on this, so that one mistake does not hide the others.
 */
import * as z from 'zod';
import { maxDuration } from '../defaults.ts';
import { type GateKind, gateKinds, type GateSettings, kindNeeds, type KindNeeds } from '../gates/kinds.ts';
import { duration } from './fields.ts';
import { gateInterval, gateWindow } from './schema/gate-base.ts';
import { templateFiles } from './schema/gate-template.ts';
import { nodes } from './schema/node-group.ts';
import { counterSource } from './schema/sequential-gates.ts';
import { labels } from './schema/service.ts';
import { hold, progressDeadline } from './schema/stage.ts';

function lenient<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().catch(undefined);
}

/** Keeps the places of entries that cannot be read: paths of issues count on them. */
function list<Schema extends z.ZodType>(item: Schema) {
  return lenient(z.array(lenient(item)));
}

const text = z.string();

const subset = z.looseObject({
  name: lenient(text),
  labels: lenient(labels),
  service: lenient(text),
  preview: lenient(text),
});

const service = z.looseObject({ host: lenient(text), subsets: list(subset), stable: lenient(text) });

/** A weight or a duration that cannot be read is NaN, which no comparison is true for. */
const weights = z.record(text, z.record(text, z.number().catch(NaN)).catch({}));

/** What checks across parts ask of the settings of a kind; a kind is given whatever is wrong with its settings. */
const kindSettings = z
  .looseObject({
    source: lenient(counterSource),
    query: lenient(text),
    timeout: duration(0, maxDuration).optional().catch(NaN),
  })
  .catch({ timeout: NaN })
  .optional();

const gate = z.looseObject({
  name: lenient(text),
  hosts: list(text),
  interval: gateInterval.optional().catch(NaN),
  window: gateWindow.optional().catch(NaN),
  ...(Object.fromEntries(gateKinds.map((kind) => [kind, kindSettings])) as Record<
    GateKind,
    typeof kindSettings
  >),
});

const deadline = progressDeadline.catch(null);

const stage = z.looseObject({
  name: lenient(text),
  weights: lenient(weights),
  match: lenient(z.record(text, z.record(text, z.unknown()).catch({}))),
  mirror: lenient(weights),
  hold: hold.catch(NaN),
  gates: list(gate),
  progressDeadline: deadline,
});

const cluster = z.looseObject({
  provider: lenient(text),
  existing: lenient(z.boolean()),
  version: lenient(text),
  managedNodeGroups: list(
    z.looseObject({
      name: lenient(text),
      minSize: lenient(nodes),
      desiredCapacity: lenient(nodes),
      maxSize: lenient(nodes),
      privateNetworking: lenient(z.boolean()),
      taints: lenient(z.array(z.looseObject({ effect: lenient(text) }))),
    }),
  ),
  vpc: lenient(z.looseObject({ nat: lenient(z.looseObject({ gateway: lenient(text) })) })),
});

const spec = z.looseObject({
  cluster: lenient(cluster),
  mesh: lenient(
    z.looseObject({
      version: lenient(text),
      profile: lenient(text),
      operator: lenient(z.looseObject({ spec: lenient(z.looseObject({ profile: lenient(text) })) })),
    }),
  ),
  application: lenient(z.looseObject({ bundle: lenient(text) })),
  services: list(service),
  routing: lenient(z.looseObject({ api: lenient(text) })),
  templatesFrom: lenient(templateFiles),
  gates: list(gate),
  stages: list(stage),
  metrics: z.unknown().optional(),
  progressDeadline: deadline,
});

const document = z.looseObject({ kind: lenient(text), spec: lenient(spec) });

export type Outline = z.output<typeof spec> & { readonly kind?: string | undefined };
export type ClusterOutline = z.output<typeof cluster>;
export type ServiceOutline = z.output<typeof service>;
export type StageOutline = z.output<typeof stage>;
export type GateOutline = z.output<typeof gate>;

/** Reads the spec of a document; null if there is none. */
export function readOutline(value: unknown): Outline | null {
  const read = document.safeParse(value);
  if (!read.success || read.data.spec === undefined) return null;
  return { ...read.data.spec, kind: read.data.kind };
}

/** The kinds that a gate names, one if it is right, with what each would need of it. */
export function needsOfOutline(gate: GateOutline): { needs: KindNeeds; settings: GateSettings }[] {
  const { interval, window } = gate;
  return gateKinds.flatMap((kind) =>
    gate[kind] === undefined ? [] : { needs: kindNeeds[kind], settings: { interval, window, ...gate[kind] } },
  );
}

/** A gate, where it stands, and the stages that it judges. */
export interface PlacedGate {
  readonly gate: GateOutline;
  readonly path: readonly PropertyKey[];
  readonly stages: readonly StageOutline[];
}

/** Gates of the spec and of its stages; a stage that lists its own is not judged by the spec's. */
export function placedGates(outline: Outline): PlacedGate[] {
  const stages = present(outline.stages);
  const shared = stages.map(({ entry }) => entry).filter(({ gates }) => gates === undefined);
  return [
    ...present(outline.gates).map(({ entry, index }) => ({
      gate: entry,
      path: ['spec', 'gates', index],
      stages: shared,
    })),
    ...stages.flatMap(({ entry: stage, index: at }) =>
      present(stage.gates).map(({ entry, index }) => ({
        gate: entry,
        path: ['spec', 'stages', at, 'gates', index],
        stages: [stage],
      })),
    ),
  ];
}

/** Entries of a list that can be read, with their places. */
export function present<Entry>(
  entries: readonly (Entry | undefined)[] | undefined,
): { entry: Entry; index: number }[] {
  return (entries ?? []).flatMap((entry, index) => (entry === undefined ? [] : [{ entry, index }]));
}
