/** A gate: the field that names its kind says which others it may have. */
import * as z from 'zod';
import { type GateKind, gateKinds } from '../../gates/kinds.ts';
import { chosen, mapping } from '../fields.ts';
import { cloudWatch, datadog } from './cloud-gates.ts';
import { job } from './job-gate.ts';
import { http, latency, promql, restarts, successRate } from './sampled-gates.ts';
import { errors, slowRequests } from './sequential-gates.ts';

/** Fields of each kind. */
const kinds = {
  errors,
  slowRequests,
  successRate,
  latency,
  promql,
  cloudWatch,
  datadog,
  restarts,
  http,
  job,
} satisfies Record<GateKind, z.ZodType>;

export type ParsedGate = z.output<(typeof kinds)[GateKind]>;

/** Kinds that a plain value of a gate names; one is right. */
export function kindsOf(value: unknown): GateKind[] {
  const given = typeof value === 'object' && value !== null ? value : {};
  return gateKinds.filter((kind) => Object.hasOwn(given, kind) && Reflect.get(given, kind) !== undefined);
}

/** Every field that some kind of gate has. */
export const gateFields: readonly string[] = [
  ...new Set([
    'name',
    ...gateKinds,
    ...Object.values(kinds).flatMap(({ in: { shape } }) => Object.keys(shape)),
  ]),
];

/** Tells fields that no gate has, where the kind is not known. */
const noGate = mapping(
  'a gate',
  Object.fromEntries(gateFields.map((field) => [field, z.unknown().optional()])),
)
  .superRefine((value, context) => {
    context.addIssue({ code: 'custom', message: kindProblem(kindsOf(value)) });
  })
  .transform(() => z.NEVER);

function kindProblem(given: readonly GateKind[]): string {
  const what = given.length === 0 ? 'no kind is given' : `${given.join(' and ')} are given`;
  return `${what}, a gate has exactly one of ${gateKinds.join(', ')}, or a template`;
}

/** One gate, as its kind has it. */
export const gate = chosen<ParsedGate>((value) => {
  const [kind, second] = kindsOf(value);
  return kind === undefined || second !== undefined ? noGate : kinds[kind];
});
