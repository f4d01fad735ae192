import { describe, expect, it } from '@jest/globals';
import { createSpecActivities } from '../../../activities/spec/index.ts';

const document = {
  apiVersion: 'sluice.dev/v1alpha1',
  kind: 'Canary',
  metadata: { name: 'reviews' },
  spec: {
    cluster: { provider: 'lab' },
    namespace: 'default',
    services: [
      { host: 'reviews', subsets: ['v1', 'v2'].map((version) => ({ name: version, labels: { version } })) },
    ],
    gates: [{ name: 'success-rate', successRate: { min: 0.99 } }],
    stages: [
      { name: 'before', weights: { reviews: { v1: 100 } }, hold: '2m' },
      { name: 'after', weights: { reviews: { v2: 100 } }, hold: '2m' },
    ],
  },
};

const { resolveSpec } = createSpecActivities();

describe('resolveSpec', () => {
  it('fills the defaults in', async () => {
    await expect(resolveSpec({ document })).resolves.toMatchObject({
      kind: 'Canary',
      spec: { services: [{ host: 'reviews', stable: 'v1' }], stages: [{ hold: 120_000 }, { hold: 120_000 }] },
    });
  });

  it('fails for good with every issue of the document', async () => {
    const stages = [{ ...document.spec.stages[0], weights: { reviews: { v1: 90 } }, hold: 'soon' }];
    const wrong = { ...document, spec: { ...document.spec, stages } };
    await expect(resolveSpec({ document: wrong })).rejects.toMatchObject({
      type: 'InvalidSpec',
      nonRetryable: true,
      details: [
        expect.arrayContaining([
          expect.objectContaining({ path: 'spec.stages[0].hold' }),
          expect.objectContaining({ path: 'spec.stages[0].weights.reviews' }),
        ]),
      ],
    });
  });
});
