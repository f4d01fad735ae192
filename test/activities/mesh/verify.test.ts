import { describe, expect, it } from '@jest/globals';
import { createMeshActivities } from '../../../activities/mesh/index.ts';
import type { KubeObject } from '../../../activities/kubernetes/index.ts';
import { activityEnvironment } from '../support/activity.ts';
import { FakeCluster } from '../support/fake-cluster.ts';
import { meshMark } from '../../../activities/mesh/mark.ts';
import { connection, deployment, meshSpec, namespace, noReleases } from '../support/objects.ts';

const istiod = deployment('istiod', 'istio-system');
const ingress = deployment('istio-ingressgateway', 'istio-system');
const egress = deployment('istio-egressgateway', 'istio-system');

/** A mesh that this run installed. */
const own = namespace('istio-system', {
  annotations: { [meshMark]: 'rollout/lab/default/reviews@run-1' },
});

/** What verifyMesh gives, or what it is still waiting for. */
async function verify(profile: string, ...objects: KubeObject[]): Promise<unknown> {
  const { verifyMesh } = createMeshActivities({
    clients: () => new FakeCluster(...objects),
    istio: noReleases,
  });
  const { environment, heartbeats } = activityEnvironment();
  const mesh = { ...meshSpec, profile };
  setTimeout(() => environment.cancel(), 1_200).unref();
  return environment
    .run(() => verifyMesh({ connection, mesh, namespace: 'shop' }))
    .catch(() => heartbeats.at(-1));
}

describe('verifyMesh, of a mesh that the run installed,', () => {
  it('is content when control plane and gateways of the profile are Available', async () => {
    await expect(verify('demo', own, istiod, ingress, egress)).resolves.toEqual({
      deployments: [
        'Deployment istio-system/istiod',
        'Deployment istio-system/istio-ingressgateway',
        'Deployment istio-system/istio-egressgateway',
      ],
    });
    await expect(verify('default', own, istiod, ingress)).resolves.toHaveProperty('deployments');
    await expect(verify('minimal', own, istiod)).resolves.toHaveProperty('deployments');
  });

  it('waits for a gateway of the profile that is not there', async () => {
    await expect(verify('demo', own, istiod, ingress)).resolves.toBe(
      'no Deployment istio-egressgateway in istio-system',
    );
  });

  it('waits for a control plane', async () => {
    await expect(verify('minimal', own, ingress)).resolves.toBe('no Deployment istiod in istio-system');
  });

  it('waits for what is not Available', async () => {
    const starting = deployment('istiod', 'istio-system', { availableReplicas: 0 });
    await expect(verify('minimal', own, starting)).resolves.toBe(
      'Deployment istio-system/istiod: 0 of 1 pods are available',
    );
  });
});

describe('verifyMesh, of a mesh that was there,', () => {
  it('needs the control plane and nothing else', async () => {
    const broken = deployment('somebody-elses', 'istio-system', { availableReplicas: 0 });
    await expect(verify('demo', istiod, broken)).resolves.toEqual({
      deployments: ['Deployment istio-system/istiod'],
    });
  });

  it('says when its control plane is gone', async () => {
    await expect(verify('demo', ingress)).resolves.toBe('the cluster has no control plane of Istio any more');
  });
});
