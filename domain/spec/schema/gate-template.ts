/** A gate with places for arguments, and files of such. */
import * as z from 'zod';
import { dnsLabel, line, listOf, mapping } from '../fields.ts';

const argument = z.string({ error: 'the name of an argument' }).regex(/^[A-Za-z][\w-]{0,62}$/, {
  error: "the name of an argument: letters, digits, '-' and '_', a letter first",
});

const templateGate = z.record(z.string(), z.unknown(), { error: 'a gate without name, as a mapping' });

/** What the gate of a template may hold is known when it is used; `templates/` checks its placeholders. */
export const gateTemplate = mapping('a gate template', {
  name: dnsLabel,
  args: listOf('names of arguments', argument, 0).default([]),
  gate: templateGate,
});

export const gateTemplates = listOf('gate templates', gateTemplate, 0);

/** Files of templates, by their paths. */
export const templateFiles = listOf('files of gate templates', line('the path of a file'), 0);

export type GateTemplate = z.output<typeof gateTemplate>;
