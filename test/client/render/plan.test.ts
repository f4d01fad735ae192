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
