import { describe, expect, it } from '@jest/globals';
import { imageName, versionInTag } from '../../../../lab/node/images/program.ts';
import { findProgram, unknownImage } from '../../../../lab/node/images/table.ts';
import { standIn } from '../support/fixtures.ts';

describe('the image table', () => {
  it.each([
    ['docker.io/istio/examples-bookinfo-reviews-v3:1.20.3', 'examples-bookinfo-*'],
    ['docker.io/istio/pilot:1.31.0', 'pilot'],
    ['images.example:5000/testing/pilot:latest', 'pilot'],
    ['docker.io/istio/proxyv2:1.31.0', 'proxyv2'],
    ['istio/proxyv2@sha256:0123', 'proxyv2'],
    ['busybox:1.37', 'busybox, node'],
    ['docker.io/library/node:24', 'busybox, node'],
    ['docker.io/prom/prometheus:v3.10.0', 'prometheus'],
    ['quay.io/kiali/kiali:v2.27', 'grafana, kiali, jaeger, all-in-one, prometheus-config-reloader'],
    ['nginx:1', undefined],
    ['docker.io/somebody/copilot:1', undefined],
    ['docker.io/istio/examples-bookinfo-mysqldb:1', undefined],
  ])('gives %s to %s', (image, program) => {
    expect(findProgram(image)?.name).toBe(program);
  });

  it('lets a caller stand in', () => {
    expect(findProgram('stand-in')).toBeUndefined();
    expect(findProgram('stand-in', [standIn('')])?.name).toBe('stand-in');
  });

  it('says what it knows', () => {
    expect(unknownImage('nginx:1')).toContain(
      'examples-bookinfo-*, pilot, proxyv2, prometheus, grafana, kiali',
    );
  });
});

it('reads names and versions of images', () => {
  expect(imageName('host:5000/a/b:1.2.3')).toBe('b');
  expect(versionInTag('istio/proxyv2:1.31.0-distroless')).toBe('1.31.0');
  expect(versionInTag('istio/proxyv2:latest')).toBeUndefined();
});
