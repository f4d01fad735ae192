import { describe, expect, it } from '@jest/globals';
import { createMeshActivities } from '../../../activities/mesh/index.ts';
import type { KubeObject } from '../../../activities/kubernetes/index.ts';
import { activityEnvironment } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { connection, deployment, meshSpec, noReleases } from '../support/objects.ts';

const istiod = deployment('istiod', 'istio-system');
const ingress = deployment('istio-ingressgateway', 'istio-system');
const egress = deployment('istio-egressgateway', 'istio-system');

/** What verifyMesh gives, or what it is still waiting for. */
async function verify(profile: string | null, ...objects: KubeObject[]): Promise<unknown> {
  const { verifyMesh } = createMeshActivities({
    clients: () => new FakeCluster(...objects),
    istio: noReleases,
  });
  const { environment, heartbeats } = activityEnvironment();
  const mesh = profile === null ? {} : { mesh: { ...meshSpec, profile } };
  setTimeout(() => environment.cancel(), 1_200).unref();
  return environment.run(() => verifyMesh({ connection, ...mesh })).catch(() => heartbeats.at(-1));
}

describe('verifyMesh', () => {
  it('is content when control plane and gateways of the profile are Available', async () => {
    await expect(verify('demo', istiod, ingress, egress)).resolves.toEqual({
      deployments: ['istiod', 'istio-ingressgateway', 'istio-egressgateway'],
    });
    await expect(verify('default', istiod, ingress)).resolves.toHaveProperty('deployments');
    await expect(verify('minimal', istiod)).resolves.toHaveProperty('deployments');
  });

  it('knows a control plane of a revision', async () => {
    const canary = deployment('istiod-canary', 'istio-system');
    await expect(verify(null, canary)).resolves.toEqual({ deployments: ['istiod-canary'] });
  });

  it('waits for a gateway of the profile that is not there', async () => {
    await expect(verify('demo', istiod, ingress)).resolves.toBe(
      'no Deployment istio-egressgateway in istio-system',
    );
  });

  it('waits for a control plane', async () => {
    await expect(verify(null, ingress)).resolves.toBe('no Deployment istiod in istio-system');
  });

  it('waits for what is not Available', async () => {
    const starting = deployment('istiod', 'istio-system', { availableReplicas: 0 });
    await expect(verify('minimal', starting)).resolves.toBe(
      'Deployment istio-system/istiod: 0 of 1 pods are available',
    );
  });
});
