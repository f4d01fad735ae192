/** A stage: its weights, how long they stay, who must agree. */
import * as z from 'zod';
import * as defaults from '../../defaults.ts';
import type { ApprovalSpec } from '../document.ts';
import { chosen, dnsLabel, duration, line, listOf, mapping, oneOf, whole } from '../fields.ts';
import { match, mirror } from './diversion.ts';
import { gate } from './gate.ts';

export const gates = listOf('gates', gate, 0);

const subsetWeights = z
  .record(z.string(), whole(0, 100), { error: 'a mapping of subsets to percent, such as {v1: 90, v2: 10}' })
  .superRefine((weights, context) => {
    const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
    if (sum === 100) return;
    context.addIssue({ code: 'custom', message: `weights add up to ${sum}, they must add up to 100` });
  });

const weights = z
  .record(z.string(), subsetWeights, { error: 'a mapping of hosts to weights, such as {reviews: {v1: 100}}' })
  .refine((value) => Object.keys(value).length > 0, {
    error: 'a stage without weights: name at least one host',
  });

export const hold = duration(0, defaults.maxDuration).default(defaults.defaultHold);

/** Milliseconds; null for no limit. */
export const progressDeadline = duration(1, defaults.maxDuration).nullable().default(null);

const approvalTerms = mapping('the terms of an approval', {
  approvers: listOf('names', line('a name in one line')).nullable().default(null),
  timeout: duration(1, defaults.maxDuration).nullable().default(null),
  then: oneOf(['rollBack', 'goOn']).optional(),
})
  .superRefine(({ timeout, then }, context) => {
    if (then === undefined || timeout !== null) return;
    const message = `${then} never happens without a timeout: name approval.timeout`;
    context.addIssue({ code: 'custom', path: ['then'], message });
  })
  .transform(({ then, ...terms }): ApprovalSpec => ({
    ...terms,
    then: then ?? defaults.defaultApprovalThen,
  }));

const withoutTerms: ApprovalSpec = { approvers: null, timeout: null, then: defaults.defaultApprovalThen };

const approvalFlag = z
  .boolean({ error: 'true, false or a mapping with approvers, timeout, then' })
  .transform((wanted) => (wanted ? withoutTerms : null));

const approval = chosen<ApprovalSpec | null>((value) =>
  typeof value === 'object' && value !== null ? approvalTerms : approvalFlag,
);

export const stage = mapping('a stage', {
  name: dnsLabel,
  weights,
  match: match.optional(),
  mirror: mirror.optional(),
  hold,
  gates: gates.optional(),
  approval: approval.default(null),
  progressDeadline,
});
