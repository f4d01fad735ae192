import { DestinationRule } from '@kubernetes-models/istio/networking.istio.io/v1';
import { describe, expect, it } from '@jest/globals';
import { addSubsets, destinationRule } from '../../manifests/destination-rule.ts';

const v1 = { name: 'v1', labels: { version: 'v1' } };
const v2 = { name: 'v2', labels: { version: 'v2' } };

describe('destinationRule', () => {
  it('names each version of the host', () => {
    const rule = destinationRule('reviews', 'shop', [v1, v2]);
    expect(rule.metadata).toEqual({ name: 'reviews', namespace: 'shop' });
    expect(rule.spec).toEqual({ host: 'reviews', subsets: [v1, v2] });
    expect(() => new DestinationRule(rule).validate()).not.toThrow();
  });
});

describe('addSubsets', () => {
  const existing = {
    ...destinationRule('reviews', 'shop', []),
    spec: {
      host: 'reviews',
      trafficPolicy: { connectionPool: { tcp: { maxConnections: 7 } } },
      subsets: [{ ...v1, trafficPolicy: { connectionPool: { tcp: { maxConnections: 3 } } } }],
    },
  };

  it('adds what is missing and keeps everything else', () => {
    const { spec } = addSubsets(existing, [v2, v1]);
    expect(spec).toEqual({ ...existing.spec, subsets: [...existing.spec.subsets, v2] });
  });

  it('changes nothing when nothing is missing, and never the object it was given', () => {
    const before = structuredClone(existing);
    expect(addSubsets(existing, [v1])).toBe(existing);
    addSubsets(existing, [v2]);
    expect(existing).toEqual(before);
  });

  it('adds to a rule that has no subsets yet', () => {
    const bare = { ...existing, spec: { host: 'reviews' } };
    expect(addSubsets(bare, [v1]).spec?.subsets).toEqual([v1]);
  });

  it.each([{ version: 'canary' }, { version: 'v1', track: 'canary' }, {}])(
    'refuses a subset that means other pods: %j',
    (labels) => {
      expect(() => addSubsets(existing, [{ name: 'v1', labels }])).toThrow(
        /^DestinationRule shop\/reviews has subset 'v1' with labels \{"version":"v1"\}, the spec says \{.*\}: make/,
      );
    },
  );
});
