/** The application that a rollout brings: whose it is, and how to tell that it works. */
import * as z from 'zod';
import { httpAddress } from '../addresses.ts';
import { dnsLabel, line, listOf, mapping, oneOf } from '../fields.ts';
import { checks } from './check.ts';
import { objects } from './objects.ts';

const version = z.string({ error: 'the version of a chart in quotes' }).regex(/^\d[\w.+-]{0,127}$/, {
  error: 'the version of a chart, such as "6.7.1"',
});

const ociReference = z.string({ error: 'the reference of a chart' }).regex(/^oci:\/\/[^\s]{1,1024}$/, {
  error: 'the reference of a chart, such as oci://registry.example/charts/shop',
});

/** Releases of Helm have names of at most 53 characters. */
const releaseName = dnsLabel.max(53, { error: 'a name of at most 53 characters' });

const chart = mapping('a Helm chart', {
  path: line('the path of a chart').optional(),
  ref: ociReference.optional(),
  repo: httpAddress.optional(),
  name: dnsLabel.optional(),
  version: version.optional(),
  releaseName: releaseName.optional(),
  values: z.record(z.string(), z.unknown(), { error: 'a mapping of values' }).optional(),
  valuesFiles: listOf('files of values', line('the path of a file'), 0).default([]),
}).superRefine((given, context) => {
  for (const [field, message] of chartProblems(given))
    context.addIssue({ code: 'custom', path: field === null ? [] : [field], message });
});

type Given = Partial<Record<'path' | 'ref' | 'repo' | 'name' | 'version', string | undefined>>;

function* chartProblems({
  path,
  ref,
  repo,
  name,
  version: wanted,
}: Given): Generator<[string | null, string]> {
  const places = Object.entries({ path, ref, repo }).flatMap(([field, value]) =>
    value === undefined ? [] : [field],
  );
  if (places.length !== 1) {
    const what = places.length === 0 ? 'no place is given' : `${places.join(' and ')} are given`;
    yield [null, `${what}, a chart has exactly one of path, ref, repo`];
  }
  if (repo !== undefined && name === undefined)
    yield ['repo', 'a repository has many charts: name one (name)'];
  if (repo === undefined && name !== undefined)
    yield ['name', 'means nothing without the repository that has it (repo)'];
  if (path === undefined && wanted === undefined && places.length === 1)
    yield [places[0] ?? null, 'which of its versions is meant changes by the day: name the version'];
  if (path !== undefined && wanted !== undefined)
    yield ['version', 'a chart of a path has just the one version that is there'];
}

/** Fields of which an application has exactly one. */
export const applicationSources = ['bundle', 'manifests', 'kustomization', 'chart', 'objects'] as const;

/** Those that whoever starts a rollout reads, and turns into `objects`. */
export const fileSources = ['manifests', 'kustomization', 'chart'] as const;

export const application = mapping('an application', {
  bundle: oneOf(['bookinfo']).optional(),
  manifests: listOf('files of manifests', line('the path of a file')).optional(),
  kustomization: line('the path of a directory').optional(),
  chart: chart.optional(),
  objects: objects.optional(),
  checks: checks.optional(),
}).superRefine((given, context) => {
  const named = applicationSources.filter((field) => given[field] !== undefined);
  if (named.length === 1) return;
  const what = named.length === 0 ? 'none is given' : `${named.join(' and ')} are given`;
  context.addIssue({
    code: 'custom',
    message: `${what}, an application has exactly one of ${applicationSources.join(', ')}`,
  });
});

export type ParsedApplication = z.output<typeof application>;
export type ParsedChart = z.output<typeof chart>;
