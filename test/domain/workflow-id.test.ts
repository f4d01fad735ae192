import { expect, it } from '@jest/globals';
import { exitCodeOf } from '../../domain/outcome.ts';
import type { ClusterSpec, Document } from '../../domain/spec/document.ts';
import { resolveDocument } from '../../domain/spec/resolve.ts';
import { rolloutId, teardownId } from '../../domain/workflow-id.ts';
import { canary, withValue } from './spec/documents.ts';

function documentOf(value: unknown): Document {
  const resolved = resolveDocument(value);
  if ('issues' in resolved) throw new Error(JSON.stringify(resolved.issues));
  return resolved.document;
}

it('the id of a rollout names cluster, namespace and the first host that changes', () => {
  const document = documentOf(canary());
  const services = document.spec.services.toReversed();
  expect(services[0]?.host).toBe('cart');
  expect(rolloutId({ ...document, spec: { ...document.spec, services } } as Document)).toBe(
    'rollout/default/default/checkout',
  );
});

it('the id of a rollout that changes nothing names the first host', () => {
  const still = withValue(
    canary(),
    ['spec', 'stages'],
    [{ name: 's', weights: { cart: { v1: 100 }, checkout: { v1: 100 } } }],
  );
  expect(rolloutId(documentOf(still))).toBe('rollout/default/default/checkout');
});

it.each<[ClusterSpec, string]>([
  [{ provider: 'lab', name: 'two' }, 'rollout/two/default/checkout'],
  [{ provider: 'kubeconfig', path: null, context: 'staging' }, 'rollout/staging/default/checkout'],
  [{ provider: 'kubeconfig', path: '/k', context: null }, 'rollout/current/default/checkout'],
])('the cluster %p gives the id %s', (cluster, expected) => {
  const document = documentOf(canary());
  expect(rolloutId({ ...document, spec: { ...document.spec, cluster } } as Document)).toBe(expected);
});

it('a teardown is named by its rollout', () => {
  expect(teardownId('rollout/a/b/c')).toBe('teardown/rollout/a/b/c');
});

it('every outcome has its exit code', () => {
  expect((['Promoted', 'Failed', 'RolledBack', 'Aborted'] as const).map(exitCodeOf)).toEqual([0, 1, 3, 4]);
});
