/** One gate that is made from a template. */
import type { Finding } from '../issues.ts';
import { suggestion } from '../nearest.ts';
import type { GateTemplate } from '../schema/gate-template.ts';
import { listNames } from '../list-names.ts';
import { show } from '../show.ts';
import { isMapping, type Mapping, without } from './mapping.ts';
import { fillPlaces, findPlaces, isOnePlace } from './placeholders.ts';
import { fillQueryArguments, queryArgumentProblems } from './query-arguments.ts';

/** What is wrong with the arguments that a gate gives its template. */
export function checkUse({ args = {} }: Mapping, template: GateTemplate): Finding[] {
  if (!isMapping(args))
    return [{ path: ['args'], message: `${show(args)} is not a mapping of arguments to values` }];
  const given = Object.keys(args);
  const missing = template.args.filter((name) => !given.includes(name));
  return [
    ...missing.map((name) => missingArgument(name, template)),
    ...given.filter((name) => !template.args.includes(name)).map((name) => unknownArgument(name, template)),
    ...checkTexts(args, template),
    ...checkQuery(args, template),
  ];
}

function missingArgument(name: string, template: GateTemplate): Finding {
  return { path: ['args'], message: `gate template ${show(template.name)} needs the argument ${show(name)}` };
}

function unknownArgument(name: string, { name: template, args }: GateTemplate): Finding {
  const known = args.length === 0 ? 'it takes none' : `it takes ${listNames(args)}`;
  const message = `gate template ${show(template)} has no argument ${show(name)}${suggestion(name, args)}; ${known}`;
  return { path: ['args', name], message };
}

/** Lists and mappings have no text of their own: they can stand for a whole value only. */
function checkTexts(args: Mapping, { name: template, gate }: GateTemplate): Finding[] {
  const within = findPlaces(gate).flatMap((place) => (place.alone ? [] : place.args));
  return Object.entries(args)
    .filter(([name, value]) => within.includes(name) && typeof value === 'object')
    .map(([name, value]) => ({
      path: ['args', name],
      message: `${show(value)} is not text, a number, true or false: gate template ${show(template)} puts it into a text`,
    }));
}

/** In a query an argument is a value: it neither ends a string nor goes on with the expression. */
function checkQuery(args: Mapping, { gate }: GateTemplate): Finding[] {
  const query = queryOf(gate);
  if (query === null) return [];
  return queryArgumentProblems(query, args).map(({ name, message }) => ({ path: ['args', name], message }));
}

/** The query of a gate of PromQL, as far as it is more than one place for an argument; null for none. */
function queryOf({ promql }: Mapping): string | null {
  if (!isMapping(promql) || typeof promql.query !== 'string') return null;
  return isOnePlace(promql.query) ? null : promql.query;
}

/** The gate with every argument in its place; fields that it has itself count more than the template's. */
export function expandUse(use: Mapping, { gate }: GateTemplate): Mapping {
  const args = isMapping(use.args) ? use.args : {};
  const filled = fillPlaces(gate, args) as Mapping;
  return { ...filled, ...queryFilled(gate, filled, args), ...without(use, ['template', 'args']) };
}

function queryFilled(gate: Mapping, { promql }: Mapping, args: Mapping): Mapping {
  const query = queryOf(gate);
  return query === null || !isMapping(promql)
    ? {}
    : { promql: { ...promql, query: fillQueryArguments(query, args) } };
}
