import { nodeAddress, podAddresses, type AddressPool } from '../addresses.ts';
import { reasonOf } from '../api/clients.ts';
import { followObjects, type Follow } from '../api/follow.ts';
import type { Pod } from '../api/models.ts';
import { bindPod } from '../binding.ts';
import { findProgram } from '../images/table.ts';
import { objectName } from '../mesh/objects.ts';
import { podMesh } from '../mesh/pod-mesh.ts';
import type { MeshPublisher } from '../mesh/publisher.ts';
import { nodeName } from '../options.ts';
import type { MeteredProxy } from '../telemetry/read-metrics.ts';
import { identityOf, type WorkloadIdentity } from '../telemetry/workload-identity.ts';
import { PodWorker, type PodServices } from './pod-worker.ts';
import { podTitle } from './workload.ts';

/** Milliseconds processes have to end when the whole lab ends. */
const shutdownGrace = 3_000;

const bindRetry = 1_000;
const defaultGraceSeconds = 30;

/** Runs every pod that is bound to the node, and binds those that are not. */
export class PodAgent {
  private readonly services: PodServices;
  private readonly publisher: MeshPublisher;
  private readonly addresses: AddressPool;
  private readonly workers = new Map<string, PodWorker>();
  /** Also of pods that are gone: proxies still count the requests that went to them. */
  private readonly workloads = new Map<string, WorkloadIdentity>();
  private follow: Follow<Pod> | undefined;
  private stopped = false;

  constructor(services: PodServices, publisher: MeshPublisher) {
    this.services = services;
    this.publisher = publisher;
    this.addresses = podAddresses(services.options.block);
  }

  start(): void {
    const { clients, options } = this.services;
    this.follow = followObjects(
      clients.config,
      '/api/v1/pods',
      () => clients.core.listPodForAllNamespaces(),
      {
        changed: (pod) => this.take(pod),
        gone: (pod) => this.drop(pod.metadata?.uid),
        broken: (error) =>
          options.log(`node: the watch of pods broke, starting it again: ${reasonOf(error)}`),
      },
    );
  }

  /** Ends every process of every pod. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.follow?.stop();
    await Promise.all([...this.workers.values()].map((worker) => worker.kill(shutdownGrace)));
  }

  /** Pods that requests may be sent to. */
  readyPods(): PodWorker[] {
    return [...this.workers.values()].filter(({ ready }) => ready);
  }

  find(namespace: string, name: string): PodWorker | undefined {
    return [...this.workers.values()].find(({ pod }) => podTitle(pod) === `${namespace}/${name}`);
  }

  /** The pod whose proxy is at an address, for whoever reads its metrics. */
  proxyAt(address: string): MeteredProxy | undefined {
    const worker = [...this.workers.values()].find((one) => one.address === address);
    if (worker === undefined) return undefined;
    const isGateway = (worker.pod.spec?.containers ?? []).some(({ args }) => args?.includes('router'));
    return { address, reporter: { identity: identityOf(worker.pod), isGateway } };
  }

  /** The workload of an endpoint, which is named after a pod. */
  readonly findWorkload = (namespace: string, endpoint: string): WorkloadIdentity | undefined =>
    this.workloads.get(`${namespace}/${endpoint}`);

  private take(pod: Pod): void {
    if (this.stopped) return;
    const node = pod.spec?.nodeName;
    if (!node) {
      if (!pod.metadata?.deletionTimestamp) void this.bind(pod);
    } else if (node === nodeName) this.reconcile(pod);
  }

  private reconcile(pod: Pod): void {
    const uid = pod.metadata?.uid ?? '';
    this.dropNamesake(pod);
    let worker = this.workers.get(uid);
    if (worker === undefined && !isOver(pod)) worker = this.begin(pod, uid);
    if (pod.metadata?.deletionTimestamp) void this.terminate(pod, worker);
  }

  private begin(pod: Pod, uid: string): PodWorker {
    const { options } = this.services;
    const address = this.addressFor(pod);
    const mesh = podMesh(pod, address, this.publisher, options.programs);
    const worker = new PodWorker(pod, address, mesh, this.services);
    this.workers.set(uid, worker);
    const { namespace = '', name = '' } = pod.metadata ?? {};
    this.workloads.set(`${namespace}/${objectName(name)}`, identityOf(pod));
    // A pod that is being deleted has nothing to start, only an end to come to.
    if (!pod.metadata?.deletionTimestamp) {
      worker.run().catch((error: unknown) => options.log(`node: ${podTitle(pod)}: ${reasonOf(error)}`));
    }
    return worker;
  }

  private async terminate(pod: Pod, worker: PodWorker | undefined): Promise<void> {
    const grace = pod.metadata?.deletionGracePeriodSeconds ?? defaultGraceSeconds;
    // A pod that ran to its end has no worker after a restart of the agent, but still an object to delete.
    const ending = worker ?? this.begin(pod, pod.metadata?.uid ?? '');
    try {
      await ending.terminate(grace);
    } catch (error) {
      this.services.options.log(`node: ${podTitle(pod)} does not end: ${reasonOf(error)}`);
    }
  }

  /** The watch was broken while a pod was replaced by one of the same name. */
  private dropNamesake(pod: Pod): void {
    for (const [uid, worker] of this.workers) {
      if (uid !== pod.metadata?.uid && podTitle(worker.pod) === podTitle(pod)) this.drop(uid);
    }
  }

  private drop(uid = ''): void {
    const worker = this.workers.get(uid);
    if (worker === undefined) return;
    this.workers.delete(uid);
    void this.end(worker);
  }

  private async end(worker: PodWorker): Promise<void> {
    try {
      await worker.kill(0);
      await worker.cleanUp();
    } catch (error) {
      this.services.options.log(`node: ${podTitle(worker.pod)} did not end cleanly: ${reasonOf(error)}`);
    }
    this.addresses.release(worker.address);
  }

  private addressFor(pod: Pod): string {
    const { options } = this.services;
    const shares = (pod.spec?.containers ?? []).some(
      ({ image = '' }) => findProgram(image, options.programs)?.role === 'control',
    );
    return shares ? nodeAddress(options.block) : this.addresses.take(pod.status?.podIP);
  }

  private async bind(pod: Pod): Promise<void> {
    try {
      await bindPod(this.services.clients, pod);
    } catch (error) {
      this.services.options.log(`node: ${podTitle(pod)} is not bound yet, trying again: ${reasonOf(error)}`);
      setTimeout(() => this.take(this.current(pod)), bindRetry);
    }
  }

  private current(pod: Pod): Pod {
    const { uid } = pod.metadata ?? {};
    return this.follow?.list().find(({ metadata }) => metadata?.uid === uid) ?? pod;
  }
}

function isOver(pod: Pod): boolean {
  return ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');
}
