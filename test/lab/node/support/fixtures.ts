import type { Container, Pod } from '../../../../lab/node/api/models.ts';
import type { ContainerContext, Program } from '../../../../lab/node/images/program.ts';
import type { NodeOptions } from '../../../../lab/node/options.ts';

/** Loopback block that no lab uses: labs begin at 127.64. */
export const block = '127.3';

/** A pod of the Deployment reviews-v1 in namespace default. */
export function reviewsPod(spec: Partial<Pod['spec']> = {}): Pod {
  return {
    metadata: {
      name: 'reviews-v1-5d8f-x2k',
      namespace: 'default',
      uid: 'uid-1',
      labels: {
        app: 'reviews',
        version: 'v1',
        'pod-template-hash': '5d8f',
        'security.istio.io/tlsMode': 'istio',
      },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'reviews-v1-5d8f', uid: 'rs', controller: true },
      ],
    },
    spec: {
      containers: [container()],
      serviceAccountName: 'bookinfo-reviews',
      nodeName: 'sluice-lab',
      ...spec,
    },
  };
}

export function container(fields: Partial<Container> = {}): Container {
  return { name: 'reviews', image: 'docker.io/istio/examples-bookinfo-reviews-v1:1.20.3', ...fields };
}

export function nodeOptions(fields: Partial<NodeOptions> = {}): NodeOptions {
  return {
    kubeconfig: '/lab/kubeconfig',
    block,
    directory: '/lab/pods',
    tools: { 'pilot-discovery': '/tools/pilot-discovery', envoy: '/tools/envoy' },
    kubeletTls: { cert: '', key: '', clientCa: '' },
    faultsFile: '/lab/faults.json',
    log: () => undefined,
    ...fields,
  };
}

export function context(fields: Partial<ContainerContext> = {}): ContainerContext {
  return {
    pod: reviewsPod(),
    container: container(),
    address: '127.3.1.7',
    env: {},
    directory: '/lab/pods/reviews',
    options: nodeOptions(),
    ...fields,
  };
}

/** A program for image `stand-in` that runs the JavaScript on the Node of this test. */
export function standIn(javascript: string, fields: Partial<Program> = {}): Program {
  return {
    name: 'stand-in',
    matches: (image) => image === 'stand-in',
    role: 'application',
    command: () => ({ file: process.execPath, args: ['-e', javascript], env: {} }),
    ...fields,
  };
}
