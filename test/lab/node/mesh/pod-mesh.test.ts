import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../../../../lab/node/api/models.ts';
import type { MeshObject } from '../../../../lab/node/mesh/objects.ts';
import { podMesh } from '../../../../lab/node/mesh/pod-mesh.ts';
import type { MeshPublisher } from '../../../../lab/node/mesh/publisher.ts';
import { container, reviewsPod } from '../support/fixtures.ts';

function meshOf(pod: Pod) {
  const calls: string[] = [];
  const note = (verb: string) => (object: MeshObject) => {
    calls.push(`${verb} ${object.kind}`);
    return Promise.resolve();
  };
  const publisher = { put: note('put'), remove: note('remove') } as unknown as MeshPublisher;
  return { calls, mesh: podMesh(pod, '127.3.1.7', publisher, undefined) };
}

const proxy = (kind: string) =>
  container({ name: 'istio-proxy', image: 'istio/proxyv2:1', args: ['proxy', kind] });

describe("a pod's part in the mesh", () => {
  it('of an injected application is a sidecar and, while ready, a destination', async () => {
    const { calls, mesh } = meshOf(reviewsPod({ initContainers: [proxy('sidecar')] }));
    await mesh.join();
    await mesh.publish();
    await mesh.publish();
    await mesh.withdraw();
    await mesh.withdraw();
    await mesh.leave();
    expect(calls).toEqual([
      'remove WorkloadEntry',
      'put Sidecar',
      'put WorkloadEntry',
      'remove WorkloadEntry',
      'remove Sidecar',
    ]);
  });

  it('of a gateway is its listener address', async () => {
    const { calls, mesh } = meshOf(reviewsPod({ containers: [proxy('router')] }));
    await mesh.join();
    await mesh.publish();
    await mesh.leave();
    expect(calls).toEqual(['put EnvoyFilter', 'remove EnvoyFilter']);
  });

  it.each(['istio/pilot:1', 'busybox:1.37'])('of %s is none', async (image) => {
    const { calls, mesh } = meshOf(reviewsPod({ containers: [container({ image })] }));
    await mesh.join();
    await mesh.publish();
    await mesh.leave();
    expect(calls).toEqual([]);
  });
});
