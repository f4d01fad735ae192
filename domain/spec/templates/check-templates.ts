import type { Finding } from '../issues.ts';
import { suggestion } from '../nearest.ts';
import { gateFields } from '../schema/gate.ts';
import type { GateTemplate } from '../schema/gate-template.ts';
import { listNames } from '../list-names.ts';
import { show } from '../show.ts';
import { findPlaces, nestsTooDeep } from './placeholders.ts';

/** What can be known of a template before it is used: its fields and the arguments that it asks for. */
export function checkTemplate({ args, gate }: GateTemplate, path: readonly PropertyKey[]): Finding[] {
  if (nestsTooDeep(gate)) return [{ path: [...path, 'gate'], message: 'nests deeper than any gate' }];
  return [...checkArguments(args, path), ...checkFields(gate, path), ...checkPlaces(gate, args, path)];
}

function checkArguments(args: readonly string[], path: readonly PropertyKey[]): Finding[] {
  return args.flatMap((name, index) =>
    args.indexOf(name) === index
      ? []
      : [{ path: [...path, 'args', index], message: `argument ${show(name)} is there twice` }],
  );
}

function checkFields(gate: GateTemplate['gate'], path: readonly PropertyKey[]): Finding[] {
  const fields = gateFields.filter((field) => field !== 'name');
  return Object.keys(gate)
    .filter((field) => !fields.includes(field))
    .map((field) => ({ path: [...path, 'gate', field], message: fieldProblem(field, fields) }));
}

function fieldProblem(field: string, fields: readonly string[]): string {
  if (field === 'name') return 'a template has the name, each gate that is made from it brings its own';
  if (field === 'template' || field === 'args')
    return 'a template cannot be made from another one: write the gate out';
  return `unknown field ${show(field)}${suggestion(field, fields) || `; known here: ${fields.join(', ')}`}`;
}

function checkPlaces(gate: unknown, args: readonly string[], path: readonly PropertyKey[]): Finding[] {
  return findPlaces(gate).flatMap((place) =>
    place.args
      .filter((name) => !args.includes(name))
      .map((name) => ({ path: [...path, 'gate', ...place.path], message: undeclared(name, args) })),
  );
}

function undeclared(name: string, args: readonly string[]): string {
  const declared = args.length === 0 ? 'it declares none' : `it declares ${listNames(args)}`;
  return `{{args.${name}}} is no argument of this template${suggestion(name, args)}; ${declared} in args`;
}
