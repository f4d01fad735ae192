import { expect, it } from '@jest/globals';
import { workloadOf } from '../../../../lab/node/pods/workload.ts';
import { reviewsPod } from '../support/fixtures.ts';

it("names a Deployment's pod after the Deployment", () => {
  expect(workloadOf(reviewsPod())).toBe('reviews-v1');
});

it('names a bare pod after itself and others after their owner', () => {
  expect(workloadOf({ metadata: { name: 'alone' } })).toBe('alone');
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'check', uid: 'j', controller: true };
  expect(workloadOf({ metadata: { name: 'check-x', ownerReferences: [owner] } })).toBe('check');
});
