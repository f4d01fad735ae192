import { labPorts } from '../ports.ts';
import type { Part } from '../supervisor/part.ts';
import type { PkiFiles } from './pki.ts';
import { get } from './request.ts';

/** What kube-controller-manager is started with. */
export interface ControllerManagerOptions {
  readonly command: string;
  readonly address: string;
  readonly kubeconfig: string;
  readonly pki: PkiFiles;
}

/**
 * Controllers that have nothing to do here. The API refuses endpoints on loopback, so pods become WorkloadEntries
 * instead; the node is the lab's own process, which says itself whether it is ready; there is no cloud.
 */
const disabledControllers = [
  'endpoints-controller',
  'endpointslice-controller',
  'endpointslice-mirroring-controller',
  'node-lifecycle-controller',
  'node-route-controller',
  'service-lb-controller',
];

/** The controllers of Deployments, ReplicaSets, namespaces, service accounts, garbage. */
export function controllerManagerPart(options: ControllerManagerOptions): Part {
  const url = `https://${options.address}:${labPorts.controllerManager}/healthz`;
  return {
    name: 'kube-controller-manager',
    command: options.command,
    args: controllerManagerArguments(options),
    probe: async () => {
      await get(url, { authority: options.pki.authority.certificate });
    },
  };
}

/** Arguments of kube-controller-manager. */
export function controllerManagerArguments(options: ControllerManagerOptions): string[] {
  const { address, kubeconfig, pki } = options;
  return [
    `--kubeconfig=${kubeconfig}`,
    `--bind-address=${address}`,
    `--secure-port=${labPorts.controllerManager}`,
    `--tls-cert-file=${pki.controlPlane.certificate}`,
    `--tls-private-key-file=${pki.controlPlane.key}`,
    // Only health is asked of it, and that needs no one to be known.
    '--authentication-skip-lookup=true',
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${pki.serviceAccount.key}`,
    `--root-ca-file=${pki.authority.certificate}`,
    `--controllers=*,${disabledControllers.map((name) => `-${name}`).join(',')}`,
    // The defaults (20, 30) protect API servers of large clusters; here they would only slow a rollout down.
    '--kube-api-qps=200',
    '--kube-api-burst=400',
    '--profiling=false',
  ];
}
