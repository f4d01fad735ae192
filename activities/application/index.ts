import type { ClusterConnection, ObjectRef } from '../../domain/rollout.ts';
import type { IngressSelector } from '../../domain/ingress.ts';
import type { ApplicationSource, HttpCheckSpec, InsideCheckSpec } from '../../domain/spec/application.ts';
import type { ServiceSpec } from '../../domain/spec/document.ts';
import { bundle, type BundleName } from '../../manifests/bundles.ts';
import type { ActivityDeps } from '../deps.ts';
import { removeOwn } from '../kubernetes/abandon.ts';
import { describeRef, refOf, removeMade } from '../kubernetes/index.ts';
import type { RoutedBy } from '../traffic/index.ts';
import { inServedVersion } from '../traffic/routing/istio-api.ts';
import { abandonApplication } from './abandon.ts';
import { applyAll, applyApplication } from './apply.ts';
import { checkInside, checkOutside } from './check.ts';
import { gatewayAddress } from './gateway-address.ts';
import { gatewayDoor, ingressAddress } from './ingress.ts';
import { workloadsOf } from './objects.ts';
import { awaitWorkloads } from './readiness.ts';

interface InNamespace {
  readonly connection: ClusterConnection;
  readonly namespace: string;
}

interface InApplication extends InNamespace {
  readonly application: ApplicationSource;
}

interface OfBundle extends InNamespace, RoutedBy {
  readonly bundle: BundleName;
}

/** Activities around the application that a rollout brings. */
export function createApplicationActivities({ clients }: Pick<ActivityDeps, 'clients'>) {
  return {
    /** Applies the application's objects; `created` lists those that this run made. */
    applyApplication: async ({
      connection,
      services,
      ...target
    }: InApplication & { services: readonly ServiceSpec[] }): Promise<{ created: ObjectRef[] }> => {
      return { created: await applyApplication(clients(connection), { ...target, services }) };
    },

    /** Waits until the application's workloads are ready, every pod with its sidecar. */
    awaitApplication: async (input: InApplication): Promise<{ workloads: string[] }> => {
      const workloads = workloadsOf(input.application, input.namespace).map(refOf);
      await awaitWorkloads(clients(input.connection), input.namespace, workloads);
      return { workloads: workloads.map(describeRef) };
    },

    /** Checks the application from inside the cluster: commands in its pods, and Jobs. */
    checkFromPod: async ({
      connection,
      namespace,
      checks,
    }: InNamespace & { checks: readonly InsideCheckSpec[] }): Promise<void> => {
      await checkInside(clients(connection), namespace, checks);
    },

    /** Opens the ingress gateway for an application that Sluice ships. */
    applyGateway: async ({
      connection,
      bundle: name,
      namespace,
      routing,
    }: OfBundle): Promise<{ created: ObjectRef[] }> => {
      const client = clients(connection);
      const door = await gatewayDoor(client);
      const { gateway, gatewayApi } = bundle(name);
      const objects =
        routing === 'gateway-api'
          ? gatewayApi(namespace, door.service)
          : gateway(namespace, door.proxy, door.selector);
      return { created: await applyAll(client, await inServedVersion(client, objects)) };
    },

    /**
     * Asks the application through its gateway, as its users do; where, by check. Without a Gateway of the Gateway API
     * that is the mesh's own.
     */
    checkFromOutside: async ({
      connection,
      checks,
      gateway,
      selector,
    }: Omit<InNamespace, 'namespace'> & {
      checks: readonly HttpCheckSpec[];
      gateway: ObjectRef | null;
      /** Of Istio's Gateway among the application's objects; null for whichever gateway the mesh has. */
      selector: IngressSelector | null;
    }): Promise<{ addresses: Record<string, string> }> => {
      const client = clients(connection);
      const find = () =>
        gateway === null ? ingressAddress(client, selector) : gatewayAddress(client, gateway);
      return { addresses: await checkOutside(find, checks) };
    },

    /** Removes what a step left of the application that did not end; the names of it. */
    abandonApplication: async ({ connection, application, namespace }: InApplication): Promise<string[]> => {
      return await abandonApplication(clients(connection), application, namespace);
    },

    /** The same for the opening of the gateway. */
    abandonGateway: async ({ connection, bundle: name, namespace, routing }: OfBundle): Promise<string[]> => {
      const { gateway, gatewayApi } = bundle(name);
      const objects = routing === 'gateway-api' ? gatewayApi(namespace) : gateway(namespace);
      const client = clients(connection);
      return await removeOwn(client, await inServedVersion(client, objects));
    },

    /** Deletes objects that runs made, newest first, and waits until they are gone. */
    removeObjects: async (input: {
      connection: ClusterConnection;
      objects: readonly ObjectRef[];
    }): Promise<void> => {
      await removeMade(clients(input.connection), input.objects);
    },
  };
}
