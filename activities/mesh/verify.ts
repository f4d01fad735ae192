import { istioNamespace } from '../../domain/istio.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { deploymentLack } from '../kubernetes/deployment.ts';
import type { Deployment } from '../kubernetes/object.ts';
import { waitUntil, type Look } from '../kubernetes/wait.ts';
import { explainWorkload } from '../kubernetes/workload.ts';

const verifyTimeout = 5 * 60_000;

/** Gateways that Istio's installation profiles bring, beside the control plane. */
const gateways: Readonly<Record<string, readonly string[]>> = {
  default: ['istio-ingressgateway'],
  demo: ['istio-ingressgateway', 'istio-egressgateway'],
};

/**
 * Waits until the mesh's Deployments are Available: all that there are, a control plane among them, and the gateways
 * of `profile` when it is known.
 */
export async function verify(client: ClusterClient, profile: string | null): Promise<string[]> {
  const expected = profile === null ? [] : (gateways[profile] ?? []);
  return waitUntil(
    { until: `the Deployments of ${istioNamespace} are Available`, timeout: verifyTimeout },
    () => look(client, expected),
  );
}

async function look(client: ClusterClient, expected: readonly string[]): Promise<Look<string[]>> {
  const deployments = await client.list<Deployment>('apps/v1', 'Deployment', { namespace: istioNamespace });
  const names = deployments.map(({ metadata }) => metadata.name);
  const absent = expected.filter((name) => !names.includes(name));
  // A control plane of a revision has a name of its own: istiod-canary.
  if (!names.some((name) => name.startsWith('istiod'))) absent.unshift('istiod');
  if (absent.length > 0) return { missing: `no Deployment ${absent.join(', ')} in ${istioNamespace}` };
  for (const deployment of deployments) {
    const lack = deploymentLack(deployment);
    if (lack !== null) return { missing: await explainWorkload(client, deployment, lack) };
  }
  return { done: names };
}
