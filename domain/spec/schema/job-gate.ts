/** The gate that runs a Kubernetes Job. */
import * as z from 'zod';
import * as defaults from '../../defaults.ts';
import { duration, listOf, mapping } from '../fields.ts';
import { gateBase } from './gate-base.ts';

const image = z.string({ error: 'a container image' }).regex(/^[^\s:/@][^\s]{0,1023}$/, {
  error: 'a container image, such as registry.example/checks:1.2',
});

/** One word of a command line, or a value. */
export const part = z
  .string({ error: 'text: put it in quotes' })
  .max(16_384, { error: 'text of at most 16384 characters' });

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,252}$/, {
  error: "the name of a variable: letters, digits and '_', no digit first",
});

const serviceAccount = z
  .string({ error: 'the name of a service account' })
  .regex(/^(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, {
    error: "the name of a service account: lower-case letters, digits, '-' and '.'",
  });

/** Milliseconds that the Job may take. */
export const jobTimeout = duration(defaults.minJobTimeout, defaults.maxDuration).default(
  defaults.defaultJobTimeout,
);

/** What runs as a Job. */
export const jobTask = mapping('a Job', {
  image,
  command: listOf('words of a command', part).default([]),
  env: z.record(variable, part, { error: 'a mapping of variables to text' }).default({}),
  serviceAccount: serviceAccount.nullable().default(null),
  timeout: jobTimeout,
});

export const job = mapping('a gate that runs a Job', { ...gateBase, job: jobTask }).transform(
  ({ job, ...common }) => ({ ...common, kind: 'job' as const, ...job }),
);
