import type { ClusterConnection, ObjectRef } from '../../domain/rollout.ts';
import type { ApplicationSpec } from '../../domain/spec/document.ts';
import { bundle } from '../../manifests/bundles.ts';
import type { ActivityDeps } from '../deps.ts';
import { removeOwn } from '../kubernetes/abandon.ts';
import { refOf, removeAll } from '../kubernetes/index.ts';
import type { RoutedBy } from '../traffic/index.ts';
import { applyAll } from './apply.ts';
import { gatewayAddress } from './gateway-address.ts';
import { gatewayPorts, ingressAddress } from './ingress.ts';
import { checkOutside } from './outside-check.ts';
import { checkInPod } from './pod-check.ts';
import { awaitDeployments } from './readiness.ts';

interface InApplication extends RoutedBy {
  readonly connection: ClusterConnection;
  readonly application: ApplicationSpec;
  readonly namespace: string;
}

/** Activities around the application that a rollout brings. */
export function createApplicationActivities({ clients }: Pick<ActivityDeps, 'clients'>) {
  return {
    /** Applies the application's objects; `created` lists those that this run made. */
    applyApplication: async ({
      connection,
      application,
      namespace,
    }: InApplication): Promise<{ created: ObjectRef[] }> => {
      const { objects } = bundle(application.bundle);
      return { created: await applyAll(clients(connection), objects(namespace)) };
    },

    /** Waits until the application's Deployments are Available, every pod with its sidecar. */
    awaitApplication: async (input: InApplication): Promise<{ deployments: string[] }> => {
      const { deployments } = bundle(input.application.bundle);
      await awaitDeployments(clients(input.connection), input.namespace, deployments);
      return { deployments: [...deployments] };
    },

    /** Asks the application from inside one of its own pods. */
    checkFromPod: async ({
      connection,
      application,
      namespace,
    }: InApplication): Promise<{ title: string }> => {
      const { podCheck } = bundle(application.bundle);
      return { title: await checkInPod(clients(connection), namespace, podCheck) };
    },

    /** Opens the ingress gateway for the application. */
    applyGateway: async ({
      connection,
      application,
      namespace,
      routing,
    }: InApplication): Promise<{ created: ObjectRef[] }> => {
      const client = clients(connection);
      const ports = await gatewayPorts(client);
      const { gateway, gatewayApi } = bundle(application.bundle);
      const objects =
        routing === 'gateway-api' ? gatewayApi(namespace, ports.service) : gateway(namespace, ports.proxy);
      return { created: await applyAll(client, objects) };
    },

    /** Asks the application through the ingress gateway, as its users do. */
    checkFromOutside: async ({
      connection,
      application,
      namespace,
      routing,
    }: InApplication): Promise<{ url: string }> => {
      const { gatewayApi, outsideCheck } = bundle(application.bundle);
      const made = routing === 'gateway-api' ? gatewayApi(namespace) : [];
      const gateway = made.find(({ kind }) => kind === 'Gateway');
      const client = clients(connection);
      const find = async () =>
        gateway === undefined ? ingressAddress(client) : gatewayAddress(client, refOf(gateway));
      return { url: await checkOutside(find, outsideCheck) };
    },

    /** Removes what a step left of the application, or of its gateway, that did not end; the names of it. */
    abandonApplication: async ({
      connection,
      application,
      namespace,
      part,
      routing,
    }: InApplication & { part: 'objects' | 'gateway' }): Promise<string[]> => {
      const made = part === 'gateway' && routing === 'gateway-api' ? 'gatewayApi' : part;
      return await removeOwn(clients(connection), bundle(application.bundle)[made](namespace));
    },

    /** Deletes objects, newest first, and waits until they are gone. */
    removeObjects: async (input: {
      connection: ClusterConnection;
      objects: readonly ObjectRef[];
    }): Promise<void> => {
      await removeAll(clients(input.connection), input.objects);
    },
  };
}
