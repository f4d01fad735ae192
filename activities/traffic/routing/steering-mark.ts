import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Diversion, Diversions } from '../../../domain/diversions.ts';
import type { Weights } from '../../../domain/rollout.ts';
import { mergeWeights } from '../../../domain/weights.ts';
import { currentMark, type KubeObject } from '../../kubernetes/index.ts';
import type { Annotations } from './routing-object.ts';

/**
 * On a VirtualService while a run steers it. It goes with the write that puts traffic back, so that a watch which has
 * not heard yet that its run was aborted never takes that write, or a later one of somebody else, for drift to correct.
 */
const steeringAnnotation = 'sluice.dev/steering';

/** Which run steers an object, and the weights that it wrote last. */
const steeringSchema = z.object({
  by: z.string(),
  weights: z.record(z.string(), z.record(z.string(), z.number().min(0).max(100))),
  /** What else it wrote, by host, as a digest: another one is of another stage. Absent where nothing is diverted. */
  diversions: z.record(z.string(), z.string()).optional(),
});
export type Steering = z.output<typeof steeringSchema>;

/** Who steers the object; null when nobody does, and for what no run writes. */
export function steeringOf({ metadata }: KubeObject): Steering | null {
  try {
    const text = metadata.annotations?.[steeringAnnotation] ?? 'null';
    return steeringSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Whether the run of this activity steers the object. */
export function isSteeredHere(object: KubeObject): boolean {
  return steeringOf(object)?.by === currentMark();
}

/**
 * The annotation that says that this run steers an object by the weights, and what it diverts besides; it keeps those
 * of the object's other hosts.
 */
export function steeringMark(
  existing: KubeObject | null,
  weights: Weights,
  diversions: Diversions = {},
): Annotations {
  const before = existing !== null && isSteeredHere(existing) ? steeringOf(existing) : null;
  const diverted = Object.keys(weights).flatMap((host) => {
    const digest = diversionDigest(diversions[host]);
    return digest === null ? [] : [[host, digest] as const];
  });
  const all = { ...before?.diversions, ...Object.fromEntries(diverted) };
  const steering: Steering = {
    by: currentMark(),
    weights: mergeWeights(before?.weights ?? {}, weights),
    ...(Object.keys(all).length > 0 && { diversions: all }),
  };
  return { [steeringAnnotation]: JSON.stringify(steering) };
}

/**
 * Tells what is diverted of a host from what another stage diverts; null for a host that no stage diverts requests of.
 */
export function diversionDigest(diversion: Diversion | undefined): string | null {
  if (diversion === undefined) return null;
  return createHash('sha256').update(JSON.stringify(diversion)).digest('hex').slice(0, 8);
}

/** Whether an object has exactly that mark; an empty one is none. */
export function hasMark({ metadata }: KubeObject, mark: Annotations): boolean {
  return metadata.annotations?.[steeringAnnotation] === mark[steeringAnnotation];
}
