import type { Diversions } from '../../../domain/diversions.ts';
import {
  gatewayApiGroup,
  gatewayApiInstall,
  oldestDivertingGatewayApi,
  oldestGatewayApi,
  undivertingGatewayApi,
  unsupportedGatewayApi,
} from '../../../domain/routing.ts';
import { isUnknownKind, type ClusterClient, type KubeObject } from '../../kubernetes/index.ts';
import { invalidTarget } from '../failure.ts';

const definition = `httproutes.${gatewayApiGroup}`;
const versionAnnotation = `${gatewayApiGroup}/bundle-version`;

/**
 * Makes sure that the cluster has the Gateway API, in a release whose HTTPRoutes take weights inside a mesh: fails with
 * `InvalidTarget`, not retryable, and with what installs it. Istio does not bring it.
 * @param diversions what stages divert besides weights, which takes a later release
 */
export async function requireGatewayApi(client: ClusterClient, diversions: Diversions = {}): Promise<void> {
  const diverts = Object.keys(diversions).length > 0;
  const found = await client.read({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: definition,
  });
  const lack = found === null ? 'the cluster has no Gateway API' : tooOld(found, diverts);
  if (lack === null) return;
  const oldest = diverts ? oldestDivertingGatewayApi : oldestGatewayApi;
  throw invalidTarget(
    `${lack}: HTTPRoutes need its standard channel, release ${oldest} or later (${gatewayApiInstall}), ` +
      'or set routing: { api: istio }',
  );
}

function tooOld({ metadata }: KubeObject, diverts: boolean): string | null {
  const version = metadata.annotations?.[versionAnnotation] ?? '';
  return unsupportedGatewayApi(version) ?? (diverts ? undivertingGatewayApi(version) : null);
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
