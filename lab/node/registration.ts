import { V1MicroTime } from '@kubernetes/client-node';
import { cpus, totalmem } from 'node:os';
import { nodeAddress } from './addresses.ts';
import { mergePatch, reasonOf, statusOf, type Clients } from './api/clients.ts';
import type { KubernetesNode, Lease, NodeStatus } from './api/models.ts';
import { nodeName } from './options.ts';
import type { Log } from './settings.ts';

/** Port of the kubelet endpoint: the one every API server expects. */
export const kubeletPort = 10250;

const heartbeatInterval = 10_000;
const retryInterval = 500;
const leaseSeconds = 40;
const leaseNamespace = 'kube-node-lease';

/** Keeps the Node object there, Ready and its Lease fresh until stopped. `ready` settles with the first success. */
export function keepRegistered(
  clients: Clients,
  block: string,
  log: Log,
): { ready: Promise<void>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let complained = false;
  const { promise: ready, resolve } = Promise.withResolvers<undefined>();
  const beat = async (): Promise<void> => {
    let delay = heartbeatInterval;
    try {
      await register(clients, block);
      complained = false;
      resolve(undefined);
    } catch (error) {
      delay = retryInterval;
      if (!complained) log(`node: cannot report to the API server, trying again: ${reasonOf(error)}`);
      complained = true;
    }
    if (!stopped) timer = setTimeout(() => void beat(), delay);
  };
  void beat();
  return {
    ready,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function register(clients: Clients, block: string): Promise<void> {
  const node = await ensureNode(clients);
  // Nothing removes this taint of admission: the controller that does is not run in the lab.
  const taints = (node.spec?.taints ?? []).filter(({ key }) => key !== 'node.kubernetes.io/not-ready');
  if (taints.length !== (node.spec?.taints ?? []).length) {
    await clients.core.patchNode({ name: nodeName, body: { spec: { taints } } }, mergePatch);
  }
  const since = node.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  const body = { status: nodeStatus(block, since ?? new Date()) };
  await clients.core.patchNodeStatus({ name: nodeName, body }, mergePatch);
  await renewLease(clients);
}

async function ensureNode({ core }: Clients): Promise<KubernetesNode> {
  const labels = {
    'kubernetes.io/hostname': nodeName,
    'kubernetes.io/os': 'linux',
    'sluice.dev/lab': 'true',
  };
  const body: KubernetesNode = { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, labels } };
  try {
    return await core.readNode({ name: nodeName });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    return core.createNode({ body });
  }
}

function nodeStatus(block: string, readySince: Date): NodeStatus {
  const room = { cpu: String(cpus().length), memory: `${Math.floor(totalmem() / 1024)}Ki`, pods: '500' };
  return {
    addresses: [{ type: 'InternalIP', address: nodeAddress(block) }],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    // With this the API server passes the WebSocket of an exec through instead of translating it to SPDY.
    declaredFeatures: ['ExtendWebSocketsToKubelet'],
    capacity: room,
    allocatable: room,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'LabNodeReady',
        message: 'pods run as processes',
        lastHeartbeatTime: new Date(),
        lastTransitionTime: readySince,
      },
    ],
    nodeInfo: nodeInfo(),
  };
}

function nodeInfo(): NonNullable<NodeStatus['nodeInfo']> {
  return {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    bootID: '',
    containerRuntimeVersion: 'process://1',
    kernelVersion: '',
    kubeProxyVersion: '',
    kubeletVersion: 'v1.36.3-sluice-lab',
    machineID: '',
    operatingSystem: 'linux',
    osImage: 'Sluice lab',
    systemUUID: '',
  };
}

async function renewLease({ coordination }: Clients): Promise<void> {
  const lease = { name: nodeName, namespace: leaseNamespace };
  const spec = {
    holderIdentity: nodeName,
    leaseDurationSeconds: leaseSeconds,
    renewTime: new V1MicroTime(),
  };
  try {
    await coordination.patchNamespacedLease({ ...lease, body: { spec } }, mergePatch);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    const body: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease, spec };
    await coordination.createNamespacedLease({ namespace: leaseNamespace, body });
  }
}
