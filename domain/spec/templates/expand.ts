/** Puts the gates of templates where they are used, before anything else of a document is looked at. */
import type { Finding } from '../issues.ts';
import { suggestion } from '../nearest.ts';
import type { GateTemplate } from '../schema/gate-template.ts';
import { listNames } from '../list-names.ts';
import { show } from '../show.ts';
import { isMapping, type Mapping } from './mapping.ts';
import { type Library, readLibrary } from './library.ts';
import { findPlaces, nestsTooDeep } from './placeholders.ts';
import { checkUse, expandUse } from './use.ts';

/** A gate that was made from a template, or null where that was not possible. */
export interface Expanded {
  /** Where the document uses the template. */
  readonly path: readonly PropertyKey[];
  readonly use: Mapping;
  readonly template: GateTemplate | null;
}

/** A document whose gates are all written out, and what was wrong with its templates. */
export interface Expansion {
  readonly value: unknown;
  readonly expanded: readonly Expanded[];
  readonly findings: readonly Finding[];
}

/** Writes out every gate that is made from a template; one that cannot be is null in the answer. */
export function expandTemplates(value: unknown): Expansion {
  if (!isMapping(value) || !isMapping(value.spec)) return { value, expanded: [], findings: [] };
  const { spec } = value;
  const library = readLibrary(spec.gateTemplates, ['spec', 'gateTemplates']);
  const findings = [...library.findings];
  const expanded: Expanded[] = [];
  const expand = (gate: unknown, path: readonly PropertyKey[]): unknown => {
    findings.push(...strayPlaces(gate, path));
    if (!isMapping(gate) || !Object.hasOwn(gate, 'template')) return gate;
    const { template, problems } = choose(gate, library);
    findings.push(...problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] })));
    expanded.push({ path, use: gate, template });
    return template && expandUse(gate, template);
  };
  return { value: { ...value, spec: withGates(spec, expand) }, expanded, findings };
}

/** The template of a gate if it can be used, and all that is wrong with the use. */
function choose(
  gate: Mapping,
  { templates, names }: Library,
): { template: GateTemplate | null; problems: readonly Finding[] } {
  const { template: name } = gate;
  const template = templates.find((known) => known.name === name) ?? null;
  if (template !== null) {
    const problems = checkUse(gate, template);
    return { template: problems.length === 0 ? template : null, problems };
  }
  const told = typeof name === 'string' && names.includes(name);
  return { template, problems: told ? [] : [{ path: ['template'], message: unknownTemplate(name, names) }] };
}

function unknownTemplate(name: unknown, names: readonly string[]): string {
  if (typeof name !== 'string') return `${show(name)} is not the name of a gate template`;
  const known = names.length === 0 ? 'there are none' : `there are ${listNames(names)}`;
  return `gate template ${show(name)} is not defined${suggestion(name, names)}; ${known} in gateTemplates and templatesFrom`;
}

/** Arguments have a meaning in templates alone: elsewhere nothing would ever fill them in. */
function strayPlaces(gate: unknown, path: readonly PropertyKey[]): Finding[] {
  if (nestsTooDeep(gate)) return [];
  return findPlaces(gate).flatMap((place) =>
    place.args.map((name) => ({
      path: [...path, ...place.path],
      message: `{{args.${name}}} stands outside a gate template, where nothing fills it in`,
    })),
  );
}

type Change = (gate: unknown, path: readonly PropertyKey[]) => unknown;

function withGates(spec: Mapping, change: Change): Mapping {
  const own = withChanged(spec, ['spec'], change);
  if (!Array.isArray(spec.stages)) return own;
  const stages = spec.stages.map((stage: unknown, index) =>
    isMapping(stage) ? withChanged(stage, ['spec', 'stages', index], change) : stage,
  );
  return { ...own, stages };
}

function withChanged(holder: Mapping, path: readonly PropertyKey[], change: Change): Mapping {
  if (!Array.isArray(holder.gates)) return holder;
  const gates = holder.gates.map((gate: unknown, index) => change(gate, [...path, 'gates', index]));
  return { ...holder, gates };
}
