import * as defaults from '../../defaults.ts';
import type { SubsetWeights } from '../../rollout.ts';
import type { Finding } from '../issues.ts';
import { suggestion } from '../nearest.ts';
import {
  type GateOutline,
  type Outline,
  placedGates,
  present,
  type ServiceOutline,
  type StageOutline,
} from '../outline.ts';
import { listNames } from '../list-names.ts';
import { show } from '../show.ts';
import { heaviestSubsets } from '../stable-subset.ts';
import { subsetNames, unknownHost } from './check-weights.ts';

interface Placed {
  readonly entry: StageOutline;
  readonly index: number;
}

/** Testers and copies go to versions that there are, end with the rollout, and can be judged. */
export function checkDiversions(outline: Outline): Finding[] {
  const stages = present(outline.stages);
  const wrong = stages.flatMap((stage) => checkTargets(outline, stage));
  // What is said of versions that are not there would be said twice.
  if (wrong.length > 0) return wrong;
  return [
    ...stages.flatMap((stage) => checkMirrored(outline, stage)),
    ...checkEnd(outline),
    ...checkJudges(outline),
  ];
}

/** Hosts and subsets, as for weights; the stable version needs no testers. */
function checkTargets(outline: Outline, { entry: stage, index }: Placed): Finding[] {
  if (outline.services === undefined) return [];
  const services = present(outline.services).map(({ entry }) => entry);
  return (['match', 'mirror'] as const).flatMap((field) =>
    Object.entries(stage[field] ?? {}).flatMap(([host, subsets]) => {
      const path = ['spec', 'stages', index, field, host];
      const service = services.find((one) => one.host === host);
      if (service === undefined) return [{ path, message: unknownHost(host, services) }];
      return Object.keys(subsets).flatMap((subset) => {
        const message = targetProblem(outline, service, subset);
        return message === null ? [] : [{ path: [...path, subset], message }];
      });
    }),
  );
}

function targetProblem(outline: Outline, service: ServiceOutline, subset: string): string | null {
  const known = subsetNames(service);
  const host = service.host ?? '';
  if (service.subsets !== undefined && !known.includes(subset))
    return `subset ${show(subset)} is not defined${suggestion(subset, known)}; ${host} has ${listNames(known)}`;
  if (subset !== stableOf(outline, service)) return null;
  return `${show(subset)} is the stable version of ${host}, which has everybody's requests: name a candidate`;
}

function stableOf({ stages }: Outline, { host = '', stable }: ServiceOutline): string | undefined {
  return stable ?? heaviestSubsets(stages?.[0]?.weights?.[host] ?? {})[0];
}

/** Copies are for the time before anybody meets the version, and are told from requests by that. */
function checkMirrored(outline: Outline, { entry: stage, index }: Placed): Finding[] {
  return Object.entries(stage.mirror ?? {}).flatMap(([host, subsets]) => {
    const weights = weightsOf(outline, index, host);
    return Object.keys(subsets)
      .filter((subset) => (weights[subset] ?? 0) > 0)
      .map((subset) => ({
        path: ['spec', 'stages', index, 'mirror', host, subset],
        message:
          `${subset} has ${weights[subset] ?? 0} % of the requests in this stage: ` +
          'copies are for stages in which it has none',
      }));
  });
}

/** What the last stage has, a promoted rollout leaves. */
function checkEnd(outline: Outline): Finding[] {
  const stages = outline.stages ?? [];
  const last = stages.length - 1;
  const mirrored = Object.keys(stages[last]?.mirror ?? {}).map((host) => ({
    path: ['spec', 'stages', last, 'mirror', host],
    message: 'the last stage is what a promoted rollout leaves: mirror in a stage before it',
  }));
  const testers = lastTesters(stages).flatMap(({ host, subset, index }) =>
    weightsOf(outline, last, host)[subset] === 100
      ? []
      : [
          {
            path: ['spec', 'stages', index, 'match', host, subset],
            message:
              `these testers would stay after the rollout, as the last stage gives ${subset} less than 100: ` +
              `end them there, with match: {${host}: {}}`,
          },
        ],
  );
  return [...mirrored, ...testers];
}

function lastTesters(stages: readonly (StageOutline | undefined)[]) {
  const latest = new Map<string, { readonly index: number; readonly subsets: readonly string[] }>();
  for (const [index, stage] of stages.entries())
    for (const [host, subsets] of Object.entries(stage?.match ?? {}))
      latest.set(host, { index, subsets: Object.keys(subsets) });
  return [...latest].flatMap(([host, { index, subsets }]) =>
    subsets.map((subset) => ({ host, subset, index })),
  );
}

/** Calling proxies count no copies in Istio's metrics; what their endpoints tell is how many succeeded. */
function checkJudges(outline: Outline): Finding[] {
  return placedGates(outline).flatMap(({ gate, path, stages }) =>
    stages.flatMap((stage) => {
      const hosts = Object.keys(stage.mirror ?? {});
      const isJudged = gate.hosts === undefined || hosts.some((host) => gate.hosts?.includes(host));
      const reason = hosts.length > 0 && isJudged ? blindness(gate) : null;
      if (reason === null) return [];
      const message =
        `${reason} and stage ${show(stage.name ?? '')} mirrors to ${hosts.join(', ')}: give that stage gates of its own ` +
        "(an errors gate with source: proxies and the default codes, or one that asks the candidate's own metrics)";
      return [{ path, message }];
    }),
  );
}

/** Why a gate sees nothing of copies; null where it does, or asks what somebody else counts. */
function blindness(gate: GateOutline): string | null {
  for (const kind of ['slowRequests', 'successRate', 'latency'] as const)
    if (gate[kind] !== undefined)
      return `a gate of the kind ${kind} cannot judge copies, which Istio's metrics of the callers leave out,`;
  const { errors } = gate;
  if (errors === undefined) return null;
  if (errors.source === 'prometheus')
    return "errors with source: prometheus cannot judge copies, which Istio's metrics of the callers leave out,";
  const { codes, statuses } = errors as Readonly<Record<string, unknown>>;
  const isDefault = isSame(codes, defaults.defaultBadCodes) && isSame(statuses, defaults.defaultBadStatuses);
  return isDefault
    ? null
    : 'errors with codes or statuses of its own cannot judge copies: proxies tell 5xx alone,';
}

function isSame(given: unknown, usual: readonly unknown[]): boolean {
  return given === undefined || JSON.stringify(given) === JSON.stringify(usual);
}

/** The weights that a host has while a stage holds: those of the latest stage that names it. */
function weightsOf({ stages = [] }: Outline, index: number, host: string): SubsetWeights {
  return (
    stages.slice(0, index + 1).findLast((stage) => stage?.weights?.[host] !== undefined)?.weights?.[host] ??
    {}
  );
}
