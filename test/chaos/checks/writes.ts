/** Whether a run wrote what its stages ask for, once. */
import { isDeepStrictEqual } from 'node:util';
import { fieldManager } from '../../../domain/defaults.ts';
import type { RolloutResult, SubsetWeights } from '../../../domain/rollout.ts';
import { formatWeights } from '../../../domain/weights.ts';
import type { Write, WrittenObject } from '../run/audit.ts';

const host = 'reviews';

/** A change of the weights of reviews, as it was asked for. */
export interface Shifted {
  readonly at: number;
  readonly weights: SubsetWeights;
}

/** Writes of Sluice's that were done. */
export function ownWrites(writes: readonly Write[]): Write[] {
  return writes.filter((write) => isOwn(write) && isDone(write));
}

/** Writes of what Sluice had written before, and nobody had changed since: in words. */
export function needlessWrites(writes: readonly Write[]): string[] {
  const last = new Map<string, WrittenObject>();
  const needless: string[] = [];
  for (const write of writes.filter(isDone)) {
    const own = isOwn(write) ? contentOf(write.body) : null;
    const key = `${write.path} ${write.manager}`;
    if (own !== null && isDeepStrictEqual(last.get(key), own))
      needless.push(
        `${write.verb} ${write.path} wrote the same as before at ${new Date(write.at).toISOString()}`,
      );
    for (const other of last.keys())
      if (other !== key && other.startsWith(`${write.path} `)) last.delete(other);
    if (own === null) last.delete(key);
    else last.set(key, own);
  }
  return needless;
}

/** Changes of reviews' weights in their order, each once. */
export function shiftsOf(writes: readonly Write[]): Shifted[] {
  const all = routeWrites(writes).map(({ at, body }) => ({ at, weights: weightsIn(body) }));
  return all.filter(({ weights }, index) => !isDeepStrictEqual(weights, all[index - 1]?.weights));
}

/** What is wrong with the changes of weights: their order, their number. */
export function wrongShifts(result: RolloutResult, writes: readonly Write[]): string[] {
  const seen = shiftsOf(writes).map(({ weights }) => weights);
  // A server that was killed has logged no answer to what it did last.
  const isWhole = !writes.some(({ path, code }) => isRoute(path) && code === null);
  const expected = expectedShifts(result);
  const isRight = expected.some((one) => (isWhole ? isDeepStrictEqual(one, seen) : isWithin(seen, one)));
  const wrong = isRight
    ? []
    : [`weights were written as ${list(seen)} where ${expected.map(list).join(' or ')} were asked for`];
  return [...wrong, ...wrongGeneration(writes, isWhole)];
}

/** The object itself counts the changes of its spec: none may have come unseen. */
function wrongGeneration(writes: readonly Write[], isWhole: boolean): string[] {
  const routes = routeWrites(writes);
  const specs = routes.map(({ body }) => body?.spec?.http);
  const changes = specs.filter((http, index) => !isDeepStrictEqual(http, specs[index - 1])).length;
  const generation = routes.at(-1)?.generation ?? 0;
  if (!isWhole || generation === changes) return [];
  return [`the VirtualService changed ${generation} times, and was written ${changes} times`];
}

/** A stage that was left before its shift was seen may have been written, or not. */
function expectedShifts({ outcome, stages }: RolloutResult): SubsetWeights[][] {
  const begun = stages.filter(({ startedAt }) => startedAt !== null);
  const stable = stages[0]?.weights[host] ?? {};
  const end = outcome === 'Promoted' ? [] : [stable];
  const story = (some: typeof begun) => once([...some.map(({ weights }) => weights[host] ?? stable), ...end]);
  const isCertain = begun.at(-1)?.observedAt !== null;
  return isCertain ? [story(begun)] : [story(begun), story(begun.slice(0, -1))];
}

function once(all: readonly SubsetWeights[]): SubsetWeights[] {
  return all.filter((weights, index) => !isDeepStrictEqual(weights, all[index - 1]));
}

function isWithin(some: readonly SubsetWeights[], all: readonly SubsetWeights[]): boolean {
  let from = 0;
  for (const one of some) {
    const found = all.slice(from).findIndex((other) => isDeepStrictEqual(one, other));
    if (found < 0) return false;
    from += found + 1;
  }
  return true;
}

function routeWrites(writes: readonly Write[]): Write[] {
  return ownWrites(writes).filter(
    ({ path, verb, body }) => isRoute(path) && verb === 'patch' && body !== null,
  );
}

function isRoute(path: string): boolean {
  return path.endsWith(`/virtualservices/${host}`);
}

function weightsIn(body: WrittenObject | null): SubsetWeights {
  const [{ route = [] } = {}] = (body?.spec?.http ?? []) as { route?: Destination[] }[];
  const shares = route.map(({ destination, weight = 100 }) => [destination.subset, weight] as const);
  return Object.fromEntries(shares.filter(([, weight]) => weight > 0).sort());
}

interface Destination {
  readonly destination: { readonly subset: string };
  readonly weight?: number;
}

/** Not the lab's, whose field managers begin alike. */
function isOwn({ manager }: Write): boolean {
  return manager.startsWith(fieldManager) && !manager.startsWith(`${fieldManager}-lab`);
}

function isDone({ code }: Write): boolean {
  return code !== null && code < 300;
}

/** What a write says, whatever version of the object it insists on. */
function contentOf(body: WrittenObject | null): WrittenObject | null {
  return body === null ? null : { ...body, metadata: { ...body.metadata, resourceVersion: '' } };
}

function list(all: readonly SubsetWeights[]): string {
  return `[${all.map((weights) => formatWeights({ [host]: weights })).join('; ')}]`;
}
