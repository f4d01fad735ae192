/** A service and its versions. */
import * as z from 'zod';
import { dnsLabel, labelKey, labelValue, listOf, mapping } from '../fields.ts';

export const labels = z
  .record(labelKey, labelValue, { error: 'a mapping of labels, such as {version: v1}' })
  .refine((value) => Object.keys(value).length > 0, {
    error: 'no labels are given, a subset needs at least one',
  });

const subset = mapping('a subset', {
  name: dnsLabel,
  labels,
  service: dnsLabel.optional(),
  preview: dnsLabel.optional(),
});

export const service = mapping('a service', {
  host: dnsLabel,
  subsets: listOf('subsets', subset),
  stable: z.string({ error: 'text' }).optional(),
});

export type ParsedService = z.output<typeof service>;
export type ParsedSubset = z.output<typeof subset>;
