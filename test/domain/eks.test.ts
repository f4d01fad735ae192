import { describe, expect, it } from '@jest/globals';
import { defaultAddOns } from '../../domain/eks.ts';

describe('the add-ons of a new cluster', () => {
  it.each([
    ['us-west-1', true],
    ['eusc-de-east-1', true],
    ['cn-north-1', false],
    ['us-gov-west-1', false],
  ])('are eksctl’s: in %s metrics-server %p', (region, metrics) => {
    const names = ['vpc-cni', 'kube-proxy', 'coredns', ...(metrics ? ['metrics-server'] : [])];
    expect(defaultAddOns(region)).toEqual(names);
  });
});
