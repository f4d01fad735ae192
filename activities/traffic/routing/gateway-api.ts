import {
  gatewayApiGroup,
  gatewayApiInstall,
  oldestGatewayApi,
  unsupportedGatewayApi,
} from '../../../domain/routing.ts';
import { isUnknownKind, type ClusterClient, type KubeObject } from '../../kubernetes/index.ts';
import { invalidTarget } from '../failure.ts';

const definition = `httproutes.${gatewayApiGroup}`;
const versionAnnotation = `${gatewayApiGroup}/bundle-version`;

/**
 * Makes sure that the cluster has the Gateway API, in a release whose HTTPRoutes take weights inside a mesh: fails with
 * `InvalidTarget`, not retryable, and with what installs it. Istio does not bring it.
 */
export async function requireGatewayApi(client: ClusterClient): Promise<void> {
  const found = await client.read({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: definition,
  });
  const lack = found === null ? 'the cluster has no Gateway API' : tooOld(found);
  if (lack === null) return;
  throw invalidTarget(
    `${lack}: HTTPRoutes need its standard channel, release ${oldestGatewayApi} or later (${gatewayApiInstall}), ` +
      'or set routing: { api: istio }',
  );
}

function tooOld({ metadata }: KubeObject): string | null {
  return unsupportedGatewayApi(metadata.annotations?.[versionAnnotation] ?? '');
}

/** Objects of a kind in all namespaces; none where nothing defines the kind. */
export async function listIfServed<T extends KubeObject>(
  client: ClusterClient,
  apiVersion: string,
  kind: string,
): Promise<T[]> {
  try {
    return await client.list<T>(apiVersion, kind);
  } catch (error) {
    if (isUnknownKind(error)) return [];
    throw error;
  }
}
