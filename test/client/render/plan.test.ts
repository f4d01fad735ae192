import { expect, it } from '@jest/globals';
import { formatPlan } from '../../../client/render/plan.ts';
import { useAsItIs } from '../../../domain/plan.ts';
import { rolloutDocument } from '../../workflows/support/document.ts';

it('names the add-ons, and those that are opened', () => {
  const document = rolloutDocument({ addons: { install: ['prometheus', 'kiali'], expose: ['kiali'] } });
  expect(formatPlan(document, useAsItIs('the lab')).split('\n')).toContain(
    'apply add-ons prometheus, kiali, where they are missing, open to the outside: kiali',
  );
  expect(formatPlan(rolloutDocument(), useAsItIs('the lab'))).not.toContain('add-ons');
});

it('names previews, and what stages divert', () => {
  const { spec } = rolloutDocument();
  const [first, ...others] = spec.stages;
  if (first === undefined) throw new Error('no stages');
  const match = { reviews: { v3: [{ headers: { 'x-tester': { exact: 'yes' } } }] } };
  const stages = [{ ...first, match, mirror: { reviews: { v3: 20 } } }, ...others];
  const subsets = [{ name: 'v3', labels: { version: 'v3' }, preview: 'reviews-preview' }];
  const services = [{ host: 'reviews', subsets, stable: 'v1' }];
  const plan = formatPlan(rolloutDocument({ stages, services }), useAsItIs('the lab'));
  expect(plan).toContain('Service reviews-preview leads to reviews v3 alone until the rollout ends');
  expect(plan).toContain('reviews testers to v3 (header x-tester), 20 % mirrored to v3');
});
