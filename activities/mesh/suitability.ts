/** What a rollout needs of a mesh that is there, and of a cluster that is to get one: asked before any change. */
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { NeededIngress } from '../../domain/ingress.ts';
import { istioApiVersion } from '../../manifests/virtual-service.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { olderApiVersion, servesIstioApi } from '../traffic/routing/istio-api.ts';
import { findIngress } from './ingress-gateway.ts';
import { describe } from './choice.ts';
import type { ControlPlane, Survey } from './survey/index.ts';

/**
 * Makes sure that a mesh has what a rollout needs of it, and of nothing else.
 * @throws ApplicationFailure `InvalidTarget` with what is missing
 */
export async function requireUsable(
  client: ClusterClient,
  ingress: NeededIngress | null,
  plane: ControlPlane,
): Promise<void> {
  if (!(await servesIstioApi(client)))
    throw refuse(
      `the cluster of ${describe(plane)} does not serve VirtualServices of ${istioApiVersion} or ${olderApiVersion}: install its types`,
    );
  if (ingress === null) return;
  const found = await findIngress(client, ingress.selector);
  if ('service' in found) return;
  throw refuse(
    `${found.missing}, and the application is to be reached through one: install a gateway ` +
      '(https://istio.io/latest/docs/setup/additional-setup/gateway/), or leave the checks of kind http out',
  );
}

/**
 * Makes sure that an install writes over nothing of others.
 * @throws ApplicationFailure `InvalidTarget` where injectors are left of a mesh whose control plane is gone
 */
export function requireVacant({ strays }: Survey): void {
  if (strays.length === 0) return;
  throw refuse(
    `no control plane is behind MutatingWebhookConfiguration ${strays.join(', ')}, which are left of another mesh: ` +
      'bring it back, or delete them, before Istio is installed here',
  );
}

function refuse(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, FailureType.invalidTarget);
}
