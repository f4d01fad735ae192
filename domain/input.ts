/** What activities and workflows may be given: whoever may start workflows in Temporal writes their inputs too. */
import * as z from 'zod';
import { maxLedgerObjects } from './defaults.ts';
import { httpAddress } from './spec/addresses.ts';
import { dnsLabel, flag, line, listOf, mapping, oneOf } from './spec/fields.ts';
import { findingsOf } from './spec/issues.ts';
import { cluster } from './spec/schema/cluster.ts';
import { clusterName, region } from './spec/schema/eks-cluster.ts';
import { revision, setting } from './spec/schema/installation.ts';
import { formatPath } from './spec/show.ts';

/** Part of a path of the API: what could lead to another is refused. */
const segment = (what: string) =>
  z.string({ error: what }).regex(/^(?!\.{1,2}$)[A-Za-z0-9_.:-]{1,253}$/, { error: what });

const apiVersion = z
  .string({ error: 'the version of an API, such as apps/v1' })
  .regex(/^([a-z0-9][a-z0-9.-]{0,252}\/)?v[a-z0-9]{1,62}$/, {
    error: 'the version of an API, such as apps/v1',
  });

const object = mapping('an object of the cluster', {
  apiVersion,
  kind: segment('the kind of an object, such as Deployment'),
  name: segment('the name of an object'),
  namespace: dnsLabel.optional(),
});

const objectsError = `a list of at most ${maxLedgerObjects} objects`;
const objects = z.array(object, { error: objectsError }).max(maxLedgerObjects, { error: objectsError });

const revisions = listOf('revisions', revision, 0);

const eks = mapping('access to an EKS cluster', {
  region,
  profile: line('the name of a profile').nullable(),
});

const connection = mapping('a connection to a cluster', {
  provider: oneOf(['lab', 'kubeconfig', 'eks']),
  name: line('the name of a cluster'),
  kubeconfig: line('the path of a kubeconfig').nullable(),
  context: line('the name of a context').nullable(),
  created: flag,
  prometheus: httpAddress.nullable(),
  istio: mapping('values of Istio', { set: listOf('values', setting, 0) }).nullable(),
  eks: eks.optional(),
}).superRefine(({ provider, name, eks: access }, context) => {
  const named = { lab: dnsLabel, kubeconfig: line('the name of a context'), eks: clusterName }[provider];
  if (!named.safeParse(name).success)
    context.addIssue({ code: 'custom', path: ['name'], message: `is no name of a cluster of ${provider}` });
  if ((provider === 'eks') !== (access !== undefined))
    context.addIssue({
      code: 'custom',
      path: ['eks'],
      message: 'is for clusters of eks, each of which needs it',
    });
});

/** A cluster as `completeCluster` gives it: fields that are left open are null, those of a new EKS cluster in `config`. */
const resolvedCluster = z
  .unknown()
  .transform((value) => asInDocument(value))
  .pipe(cluster);

function asInDocument(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { config, ...rest } = value as Record<string, unknown>;
  const fields = typeof config === 'object' ? { ...rest, ...config } : value;
  return Object.fromEntries(
    Object.entries(fields).filter(([, inner]) => inner !== null && !isEmptyList(inner)),
  );
}

/** A document leaves out a list that has nothing in it. */
function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Fields of inputs that lead somewhere, by their name; what else an input has comes of a document, checked as such. */
const fields: Readonly<Record<string, z.ZodType>> = {
  connection,
  namespace: dnsLabel,
  cluster: resolvedCluster,
  objects,
  leaving: objects,
  exposed: objects,
  revisions,
  releaseTraffic: flag.optional(),
};

const created = mapping('what a run made', {
  cluster: flag,
  mesh: flag,
  revisions: revisions.optional(),
  namespaceLabel: flag,
  objects,
  backends: objects.optional(),
  addons: objects.optional(),
  exposed: objects.optional(),
});

const teardown = mapping('what to tear down', {
  connection,
  namespace: dnsLabel,
  created,
  releaseTraffic: flag.optional(),
});

/**
 * What is wrong with the input of an activity.
 * @param input as it was given
 * @returns every mistake, with its place; empty for a right one
 */
export function inputProblems(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return ['the input must be a mapping'];
  return Object.entries(input as Record<string, unknown>).flatMap(([name, value]) => {
    const schema = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return schema === undefined ? [] : problemsOf(z.object({ [name]: schema }), { [name]: value });
  });
}

/**
 * What is wrong with the input of the workflow `teardown`.
 * @param input as it was given
 * @returns every mistake, with its place; empty for a right one
 */
export function teardownProblems(input: unknown): string[] {
  return problemsOf(teardown, input);
}

function problemsOf(schema: z.ZodType, input: unknown): string[] {
  const { error } = schema.safeParse(input);
  return (error?.issues ?? [])
    .flatMap((issue) => findingsOf(issue, input))
    .slice(0, mostProblems)
    .map(({ path, message }) => `${formatPath(path) || 'input'}: ${message}`);
}

/** Mistakes that a failure tells. */
const mostProblems = 10;
