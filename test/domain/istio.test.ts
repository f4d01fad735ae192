import { describe, expect, it } from '@jest/globals';
import {
  compareIstio,
  istioMinors,
  istioSupportPage,
  isIstioVersion,
  releaseFor,
  unsupportedKubernetes,
} from '../../domain/istio.ts';

describe('a wanted version of Istio', () => {
  it.each([
    ['1.31.0', '1.31', true],
    ['1.31.4', '1.31', true],
    ['1.31.0', '1.31.0', true],
    ['1.31.1', '1.31.0', false],
    ['1.3.1', '1.31', false],
    ['1.310.0', '1.31', false],
    ['unknown', '1.31', false],
  ])('%s for %s: %s', (version, wanted, fits) => {
    expect(isIstioVersion(version, wanted)).toBe(fits);
  });

  it('of a minor alone is fetched in its newest known patch', () => {
    for (const { minor, patch } of istioMinors) expect(releaseFor(minor)).toBe(patch);
    expect(releaseFor('1.30.1')).toBe('1.30.1');
  });
});

describe('two versions of Istio', () => {
  it.each([
    ['1.31', '1.30.4', { minors: 1, patches: 0 }],
    ['1.30.4', '1.30.1', { minors: 0, patches: 3 }],
    ['1.30', '1.30.9', { minors: 0, patches: 0 }],
    ['1.9.0', '1.10.0', { minors: -1, patches: 0 }],
  ])('%s and %s are compared as numbers', (a, b, difference) => {
    expect(compareIstio(a, b)).toEqual(difference);
  });
});

describe('the Kubernetes of a mesh', () => {
  it.each([
    ['1.31.0', 'v1.36.3'],
    ['1.31', '1.32'],
    ['1.30.4', 'v1.35.2-eks-1234567'],
  ])('of Istio %s may be %s', (istio, kubernetes) => {
    expect(unsupportedKubernetes(istio, kubernetes)).toBeNull();
  });

  it.each([
    ['1.31.0', 'v1.37.0'],
    ['1.30', 'v1.31.14-eks-1234567'],
    ['1.30', '1.4'],
  ])('of Istio %s may not be %s, by a page that is named', (istio, kubernetes) => {
    expect(unsupportedKubernetes(istio, kubernetes)).toBe(
      `Istio ${istio} supports Kubernetes 1.32 to 1.36, the cluster has ${kubernetes} (${istioSupportPage})`,
    );
  });

  it('is not judged for a release that is not known here', () => {
    expect(unsupportedKubernetes('1.99.0', 'v1.21.0')).toBeNull();
  });
});
