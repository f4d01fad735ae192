import { describe, expect, it, jest } from '@jest/globals';
import { checkRouting } from '../../../../activities/traffic/claim/check-routing.ts';
import type { KubeObject } from '../../../../activities/kubernetes/index.ts';
import type { ServiceSpec } from '../../../../domain/spec/document.ts';
import { asActivity } from '../../support/activity.ts';
import { FakeMesh, reviews, service } from '../fake-mesh.ts';

/** A route of another API than the one that steers. */
function httpRoute(name: string, host: string): KubeObject & { spec: object } {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'default' },
    spec: {
      parentRefs: [{ group: '', kind: 'Service', name: host }],
      rules: [{ backendRefs: [{ name: host, port: 9080 }] }],
    },
  };
}

const services: ServiceSpec[] = [reviews, { ...reviews, host: 'ratings' }];

function meshOf(...objects: KubeObject[]): FakeMesh {
  return new FakeMesh(service('reviews'), service('ratings'), ...objects);
}

describe('routes of an API that does not steer', () => {
  it('are told of the service that they lead to, and of no other', async () => {
    const mesh = meshOf(httpRoute('legacy', 'ratings'));
    const ignore = [{ kind: 'HTTPRoute', name: 'legacy', namespace: 'default' }] as const;
    const { warnings } = await asActivity(() => checkRouting(mesh, 'default', services, { ignore }));
    expect(warnings).toEqual([
      expect.stringMatching(
        /^HTTPRoute default\/legacy is left alone: its requests to ratings go where it says/,
      ),
    ]);
  });

  it('keep the service that they lead to from being steered', async () => {
    const mesh = meshOf(httpRoute('legacy', 'ratings'));
    await expect(asActivity(() => checkRouting(mesh, 'default', services))).rejects.toThrow(
      'HTTPRoute default/legacy routes ratings, which is to be steered by VirtualServices',
    );
  });

  it('are listed once, however many services there are', async () => {
    const mesh = meshOf();
    const list = jest.spyOn(mesh, 'list');
    await asActivity(() => checkRouting(mesh, 'default', services));
    const kinds = list.mock.calls.map(([apiVersion, kind]) => `${apiVersion} ${kind}`);
    expect(kinds.length).toBeGreaterThan(5);
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});
