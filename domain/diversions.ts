/** What stages do with a service's requests besides weights: testers' requests and copies go to a version. */
import type { Weights } from './rollout.ts';
import { effectiveWeights } from './stage-plan.ts';

/** A condition on text, in the words of Istio's StringMatch; a regex (RE2) has to match all of it. */
export type StringMatch =
  { readonly exact: string } | { readonly prefix: string } | { readonly regex: string };

/** Conditions that a tester's request meets, all of them: by lower-case names of headers. */
export interface RequestMatch {
  readonly headers: Readonly<Record<string, StringMatch>>;
}

/** Testers by host and version; one of the matches is enough. */
export type Match = Readonly<Record<string, Readonly<Record<string, readonly RequestMatch[]>>>>;

/** What is steered of one host besides its weights. */
export interface Diversion {
  /** Requests that go to a version at any weight. */
  readonly testers: readonly { readonly subset: string; readonly matches: readonly RequestMatch[] }[];
  /**
   * Version that gets copies of everybody's requests, and of how many percent of them: 0 while it gets none. Null where
   * no stage sends any: copies that are there are the user's own.
   */
  readonly mirror: Copies | null;
}

export interface Copies {
  readonly subset: string;
  readonly percent: number;
}

/** Nothing is diverted, and no stage mirrors. */
export const noDiversion: Diversion = { testers: [], mirror: null };

/** By host; one whose requests no stage diverts is absent. */
export type Diversions = Readonly<Record<string, Diversion>>;

/** The part of a stage that diverts requests; a field is absent where it diverts none. */
export interface DivertingStage {
  readonly weights: Weights;
  readonly match?: Match;
  readonly mirror?: Weights;
}

/** Hosts that some stage diverts requests of. */
export function divertedHosts(stages: readonly DivertingStage[]): string[] {
  return [
    ...new Set(
      stages.flatMap(({ match = {}, mirror = {} }) => [...Object.keys(match), ...Object.keys(mirror)]),
    ),
  ];
}

/**
 * What is diverted while a stage holds: testers from the stage on that names them, until another names the host again;
 * copies in their own stage alone. Testers of a version that everybody gets are everybody.
 */
export function diversionsOf(stages: readonly DivertingStage[], index: number): Diversions {
  const match = stages.slice(0, index + 1).reduce<Match>((sum, stage) => ({ ...sum, ...stage.match }), {});
  const weights = effectiveWeights(stages, index);
  const entries = divertedHosts(stages).map((host): [string, Diversion] => {
    const testers = Object.entries(match[host] ?? {})
      .filter(([subset]) => (weights[host]?.[subset] ?? 0) < 100)
      .map(([subset, matches]) => ({ subset, matches }));
    return [host, { testers, mirror: copiesAt(stages, index, host) }];
  });
  return Object.fromEntries(entries);
}

/** Nothing is diverted any more of the hosts that stages divert requests of: what a roll back leaves. */
export function noDiversions(stages: readonly DivertingStage[]): Diversions {
  return Object.fromEntries(
    divertedHosts(stages).map((host) => [host, { testers: [], mirror: copiesAt(stages, -1, host) }]),
  );
}

/** All that stages divert, at once: what routes have to be able to say. */
export function allDiversions(stages: readonly DivertingStage[]): Diversions {
  const none = noDiversions(stages);
  const entries = Object.entries(none).map(([host, { mirror }]): [string, Diversion] => {
    const testers = stages.flatMap(({ match }) => Object.entries(match?.[host] ?? {}));
    return [host, { testers: testers.map(([subset, matches]) => ({ subset, matches })), mirror }];
  });
  return Object.fromEntries(entries);
}

function copiesAt(stages: readonly DivertingStage[], index: number, host: string): Copies | null {
  const [copies] = Object.entries(stages[index]?.mirror?.[host] ?? {});
  if (copies !== undefined) return { subset: copies[0], percent: copies[1] };
  const [subset] = stages.flatMap(({ mirror }) => Object.keys(mirror?.[host] ?? {}));
  return subset === undefined ? null : { subset, percent: 0 };
}

/** Whether a version gets copies now. */
export function isCopied(diversion: Diversion | undefined, subset: string): boolean {
  const mirror = diversion?.mirror;
  return mirror?.subset === subset && mirror.percent > 0;
}

/** Versions of a host that get requests or copies past its weights. */
export function divertedSubsets(diversion: Diversion | undefined): string[] {
  if (diversion === undefined) return [];
  const { testers, mirror } = diversion;
  const copied = mirror !== null && mirror.percent > 0 ? [mirror.subset] : [];
  return [...new Set([...testers.map(({ subset }) => subset), ...copied])];
}

/** In one line: `testers to v2 (header x-tester), 20 % mirrored to v2`; empty where nothing is diverted. */
export function describeDiversion({ testers, mirror }: Diversion): string {
  const copies = mirror === null || mirror.percent === 0 ? [] : [mirror];
  return [
    ...testers.map(({ subset, matches }) => `testers to ${subset} (${headersOf(matches).join(', ')})`),
    ...copies.map(({ subset, percent }) => `${percent} % mirrored to ${subset}`),
  ].join(', ');
}

function headersOf(matches: readonly RequestMatch[]): string[] {
  return [...new Set(matches.flatMap(({ headers }) => Object.keys(headers)))].map((name) => `header ${name}`);
}
