import { describe, expect, it } from '@jest/globals';
import { bundleChecks } from '../../../domain/bundles.ts';
import { maxObjectCharacters, maxObjects } from '../../../domain/defaults.ts';
import { rollout, withValue } from './documents.ts';
import { problems, resolved } from './problems.ts';

const at = ['spec', 'application'] as const;
const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };

function withApplication(application: unknown): unknown {
  return withValue(rollout(), at, application);
}

function applicationOf(application: unknown) {
  const document = resolved(withApplication(application));
  return document.kind === 'Rollout' ? document.spec.application : null;
}

describe('an application', () => {
  it('that is a bundle has the checks of the bundle, unless the spec has its own', () => {
    expect(applicationOf({ bundle: 'bookinfo' })).toEqual({
      bundle: 'bookinfo',
      checks: bundleChecks.bookinfo,
    });
    expect(applicationOf({ bundle: 'bookinfo', checks: [] })).toEqual({ bundle: 'bookinfo', checks: [] });
  });

  it('of objects keeps every field of them, and has no checks by itself', () => {
    const labelled = { ...map, metadata: { name: 'settings', labels: { a: 'b' } }, data: { port: '1' } };
    expect(applicationOf({ objects: [labelled] })).toEqual({ objects: [labelled], checks: [] });
  });

  it('has checks of three kinds, with their defaults', () => {
    const checks = [
      { name: 'a', exec: { pod: { app: 'web' }, command: ['true'] } },
      { name: 'b', http: { path: '/' } },
      { name: 'c', job: { image: 'registry.example/smoke:1' } },
    ];
    expect(applicationOf({ objects: [map], checks })?.checks).toEqual([
      {
        kind: 'exec',
        name: 'a',
        pod: { app: 'web' },
        container: null,
        command: ['true'],
        exitCode: 0,
        stdout: null,
        timeout: 120_000,
      },
      { kind: 'http', name: 'b', path: '/', host: null, status: 200, body: null, timeout: 600_000 },
      {
        kind: 'job',
        name: 'c',
        image: 'registry.example/smoke:1',
        command: [],
        env: {},
        serviceAccount: null,
        timeout: 300_000,
      },
    ]);
  });

  it.each<[string, unknown, string[]]>([
    [
      'nothing',
      {},
      [
        'f: spec.application: none is given, an application has exactly one of bundle, manifests, kustomization, chart, objects',
      ],
    ],
    [
      'two sources',
      { bundle: 'bookinfo', objects: [map] },
      ['f: spec.application: bundle and objects are given, an application has exactly one of'],
    ],
    [
      'files that nobody has read',
      { manifests: ['a.yaml'] },
      [
        'f: spec.application.manifests: `sluice start` reads it and puts what it gives into application.objects',
      ],
    ],
    [
      'no objects',
      { objects: [] },
      [`f: spec.application.objects: an empty list is not a list of 1 to ${maxObjects} objects`],
    ],
    [
      'objects that are none',
      { objects: [{ kind: 'ConfigMap', metadata: {} }, 7] },
      [
        'f: spec.application.objects[0].apiVersion: missing, it must be the version of an API',
        'f: spec.application.objects[0].metadata.name: missing, it must be the name of an object (generateName would',
        'f: spec.application.objects[1]: 7 is not an object of Kubernetes',
      ],
    ],
    [
      'an object of another name each time',
      { objects: [{ ...map, metadata: { generateName: 'x-' } }] },
      [
        'f: spec.application.objects[0].metadata.name: missing, it must be the name of an object (generateName would',
      ],
    ],
    [
      'a secret for all who read the history',
      {
        objects: [
          { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { password: 'x' } },
        ],
      },
      [
        'f: spec.application.objects[0].kind: a Secret with data must not be part of a rollout, which is kept in the history',
      ],
    ],
    [
      'an object twice, by whatever version',
      {
        objects: [
          { ...map, kind: 'A', apiVersion: 'x/v1' },
          { ...map, kind: 'A', apiVersion: 'x/v2' },
        ],
      },
      ['f: spec.application.objects[1]: A settings is there twice, first as object 1'],
    ],
    [
      'more than a history takes',
      { objects: [{ ...map, data: { big: 'x'.repeat(maxObjectCharacters) } }] },
      [`as JSON, at most ${maxObjectCharacters} are allowed, as they are kept in the history`],
    ],
    [
      'mistakes in its checks, all at once',
      {
        bundle: 'bookinfo',
        checks: [
          { name: 'none' },
          { name: 'both', http: { path: '/' }, exec: { pod: { a: 'b' }, command: ['x'] } },
          { name: 'path', http: { path: 'page', status: 700 } },
          { name: 'pod', exec: { pod: {}, command: [] } },
          { name: 'path', http: { path: '/', timeout: '1h' } },
          { name: 'long', job: { image: 'a/b:1', timeout: '1h' } },
        ],
      },
      [
        'f: spec.application.checks[0]: no kind is given, a check has exactly one of exec, http, job',
        'f: spec.application.checks[1]: exec and http are given, a check has exactly one of',
        'f: spec.application.checks[2].http.path: "page" is not a path that starts with',
        'f: spec.application.checks[2].http.status: 700 is not a whole number from 100 to 599',
        'f: spec.application.checks[3].exec.pod: no labels are given',
        'f: spec.application.checks[3].exec.command: an empty list is not a list of 1',
        'f: spec.application.checks[4].http.timeout: "1h" is out of range, allowed is 1s to 15m',
        'f: spec.application.checks[5].job.timeout',
      ],
    ],
    [
      'the same check twice',
      { bundle: 'bookinfo', checks: [1, 2].map(() => ({ name: 'page', http: { path: '/' } })) },
      ['f: spec.application.checks[1].name: check "page" is there twice, first as entry 1'],
    ],
  ])('with %s is refused', (_title, application, expected) => {
    const found = problems(withApplication(application));
    expect(found).toEqual(expected.map((part) => expect.stringContaining(part) as unknown));
  });

  it.each<[string, object, string]>([
    ['no place', {}, 'no place is given, a chart has exactly one of path, ref, repo'],
    ['two places', { path: 'a', ref: 'oci://x/y', version: '1.0.0' }, 'path and ref are given'],
    [
      'a reference of something else',
      { ref: 'https://x/y', version: '1.0.0' },
      'is not the reference of a chart, such as oci://',
    ],
    [
      'no version',
      { ref: 'oci://x/y' },
      'which of its versions is meant changes by the day: name the version',
    ],
    [
      'a repository alone',
      { repo: 'https://charts.example', version: '1.0.0' },
      'a repository has many charts: name one',
    ],
    [
      'a version of a path',
      { path: 'a', version: '1.0.0' },
      'a chart of a path has just the one version that is there',
    ],
  ])('that is a chart with %s is refused', (_title, chart, expected) => {
    expect(problems(withApplication({ chart }))).toContainEqual(expect.stringContaining(expected));
  });
});
