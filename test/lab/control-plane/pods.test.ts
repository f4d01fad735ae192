import { describe, expect, it } from '@jest/globals';
import { listPods } from '../../../lab/control-plane/pods.ts';
import { testAddress, useHttpsServers } from './https-server.ts';

const serve = useHttpsServers();

async function listOf(pod: object) {
  const { pki } = await serve((_, response) => response.end(JSON.stringify({ items: [pod] })), {
    port: 6443,
  });
  return listPods(testAddress, pki);
}

describe('the list of pods', () => {
  it('counts a native sidecar among the containers, other init containers not', async () => {
    const pods = await listOf({
      metadata: { name: 'reviews-v1-x', namespace: 'default', uid: 'u' },
      spec: {
        containers: [{ name: 'reviews' }],
        initContainers: [{ name: 'init' }, { name: 'istio-proxy', restartPolicy: 'Always' }],
      },
      status: {
        phase: 'Running',
        podIP: '127.63.1.1',
        containerStatuses: [{ name: 'reviews', ready: false }],
        initContainerStatuses: [
          { name: 'init', ready: true },
          { name: 'istio-proxy', ready: true },
        ],
      },
    });
    expect(pods).toEqual([
      expect.objectContaining({ name: 'reviews-v1-x', ready: 1, containers: 2, address: '127.63.1.1' }),
    ]);
  });

  it('shows a pod that nothing has happened to yet', async () => {
    const pods = await listOf({
      metadata: { name: 'new', namespace: 'default' },
      spec: { containers: [{ name: 'app' }] },
      status: { phase: 'Pending' },
    });
    expect(pods).toEqual([
      { name: 'new', namespace: 'default', phase: 'Pending', ready: 0, containers: 1, address: null },
    ]);
  });
});
