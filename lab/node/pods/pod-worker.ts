import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mergePatch, reasonOf, statusOf, unlessGone, type Clients } from '../api/clients.ts';
import type { Container, DeleteOptions, Pod } from '../api/models.ts';
import { standInAnnotation } from '../images/stand-in.ts';
import { findProgram } from '../images/table.ts';
import type { PodMesh } from '../mesh/pod-mesh.ts';
import type { NodeOptions } from '../options.ts';
import { ContainerRunner, type RestartPolicy } from './container.ts';
import { StatusWriter } from './status-writer.ts';
import { isReady, isSidecar, podStatus, type PodView } from './status.ts';

/** What every pod of the node shares. */
export interface PodServices {
  clients: Clients;
  options: NodeOptions;
}

/** Milliseconds between a pod's leaving the mesh and its SIGTERM: by then every proxy has been told. */
const leaveDelay = 1_000;

/** How long a deletion waits for the mesh objects to go before it goes on without. */
const meshPatience = 3_000;

/** One pod from its start to its end. */
export class PodWorker {
  readonly pod: Pod;
  readonly address: string;
  /** Holds the pod's logs, records and generated files. */
  readonly directory: string;
  private readonly services: PodServices;
  private readonly mesh: PodMesh;
  private readonly view: PodView;
  private readonly status: StatusWriter;
  private ending: Promise<void> | undefined;
  private killed = false;

  constructor(pod: Pod, address: string, mesh: PodMesh, services: PodServices) {
    const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
    this.pod = pod;
    this.address = address;
    this.mesh = mesh;
    this.services = services;
    this.directory = join(services.options.directory, `${namespace}_${name}_${uid}`);
    this.view = this.firstView();
    this.status = new StatusWriter(
      services.clients,
      { name, namespace, uid },
      () => this.nextStatus(),
      services.options.log,
    );
  }

  /** Whether requests may be sent to the pod. */
  get ready(): boolean {
    return isReady(this.view);
  }

  /** The container with this name; the only one when no name is given. */
  container(name: string | undefined): ContainerRunner | undefined {
    const { containers, initContainers } = this.view;
    const all = [...containers, ...initContainers];
    return name ? all.find(({ setup }) => setup.container.name === name) : containers[0];
  }

  /** Starts the init containers one after the other, then all containers. */
  async run(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    // istiod looks a proxy up by the address in its pod's status, so that comes first.
    await this.status.write();
    await Promise.all([this.mesh.join(), this.tellStandIns()]);
    for (const container of this.view.initContainers) {
      if (this.ending) return;
      container.start();
      const exitCode = await (isSidecar(container) ? started(container) : container.finished);
      if (exitCode !== 0) return;
    }
    if (this.ending) return;
    this.view.initialized = true;
    for (const container of this.view.containers) container.start();
    this.changed();
  }

  /** Ends the pod as its deletion asks and deletes it from the API. Calling it again changes nothing. */
  terminate(graceSeconds: number): Promise<void> {
    this.ending ??= this.end(graceSeconds * 1000).then(() => this.deleteObject());
    return this.ending;
  }

  /** Ends the pod's processes at once and says nothing to the API: the pod is gone there, or the lab ends. */
  async kill(graceMs: number): Promise<void> {
    this.killed = true;
    this.view.serving = false;
    this.ending ??= Promise.resolve();
    this.status.stop();
    await Promise.all(this.all().map((container) => container.stop(graceMs)));
  }

  /** Removes what the pod left in the mesh and on disk. */
  async cleanUp(): Promise<void> {
    await Promise.race([this.mesh.leave(), sleep(meshPatience)]);
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Says on the pod which of its images are not what runs. */
  private async tellStandIns(): Promise<void> {
    const images = this.all()
      .filter(({ setup }) => setup.program?.isStandIn === true)
      .map(({ setup }) => setup.container.image ?? '');
    if (images.length === 0) return;
    const { name = '', namespace = '' } = this.pod.metadata ?? {};
    const body = { metadata: { annotations: { [standInAnnotation]: images.join(', ') } } };
    const { clients, options } = this.services;
    await unlessGone(clients.core.patchNamespacedPod({ name, namespace, body }, mergePatch)).catch(
      // They say so in their logs, too: no reason not to start the pod.
      (error: unknown) => options.log(`node: ${name} is not annotated: ${reasonOf(error)}`),
    );
  }

  private async end(graceMs: number): Promise<void> {
    const served = this.ready;
    this.view.serving = false;
    await Promise.race([Promise.all([this.mesh.withdraw(), this.status.write()]), sleep(meshPatience)]);
    if (served) await sleep(Math.min(leaveDelay, graceMs));
    // Proxies last: what the applications still do goes through them.
    await Promise.all(this.applications().map((container) => container.stop(graceMs)));
    for (const proxy of this.proxies()) {
      await proxy.drain();
      await proxy.stop(graceMs);
    }
  }

  private applications(): ContainerRunner[] {
    return this.all().filter((container) => !this.endsLate(container));
  }

  private proxies(): ContainerRunner[] {
    return this.all()
      .filter((container) => this.endsLate(container))
      .reverse();
  }

  private endsLate(container: ContainerRunner): boolean {
    return isSidecar(container) || container.setup.program?.role === 'proxy';
  }

  private all(): ContainerRunner[] {
    return [...this.view.initContainers, ...this.view.containers];
  }

  private async deleteObject(): Promise<void> {
    const { name = '', namespace = '', uid = '' } = this.pod.metadata ?? {};
    const body: DeleteOptions = { gracePeriodSeconds: 0, preconditions: { uid } };
    while (!this.killed) {
      try {
        await this.status.write();
        this.status.stop();
        await this.services.clients.core.deleteNamespacedPod({ name, namespace, body });
        return;
      } catch (error) {
        // Gone already, or another pod has its name.
        if ([404, 409].includes(statusOf(error) ?? 0)) return;
        await sleep(500);
      }
    }
  }

  private changed(): void {
    if (this.ready) void this.mesh.publish();
    else void this.mesh.withdraw();
    void this.status.write();
  }

  private nextStatus(): ReturnType<typeof podStatus> {
    const status = podStatus(this.view, this.conditions);
    this.conditions = status.conditions ?? [];
    return status;
  }

  private conditions: NonNullable<ReturnType<typeof podStatus>['conditions']> = [];

  private firstView(): PodView {
    const { pod, address, services } = this;
    const policy = (pod.spec?.restartPolicy ?? 'Always') as RestartPolicy;
    const initPolicy: RestartPolicy = policy === 'Never' ? 'Never' : 'OnFailure';
    return {
      pod,
      address,
      block: services.options.block,
      initContainers: (pod.spec?.initContainers ?? []).map((container) =>
        this.runner(container, container.restartPolicy === 'Always' ? 'Always' : initPolicy),
      ),
      containers: (pod.spec?.containers ?? []).map((container) => this.runner(container, policy)),
      initialized: false,
      serving: true,
      startTime: new Date(),
    };
  }

  private runner(container: Container, policy: RestartPolicy): ContainerRunner {
    const { pod, address, directory, services } = this;
    const { clients, options } = services;
    const program = findProgram(container.image ?? '', options.programs);
    const setup = { pod, container, program, address, directory, clients, options };
    return new ContainerRunner(setup, policy, restartsSoFar(pod, container.name), () => this.changed());
  }
}

/** Settles with 0 when a sidecar is up, with its exit code when it was stopped before. */
async function started(sidecar: ContainerRunner): Promise<number> {
  return Promise.race([sidecar.finished, sidecar.startup.promise.then(() => 0)]);
}

/** An agent that starts anew starts every container anew: that counts as a restart. */
function restartsSoFar(pod: Pod, container: string): number {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const before = [...containerStatuses, ...initContainerStatuses].find(({ name }) => name === container);
  const ran = before?.state?.running ?? before?.state?.terminated ?? before?.lastState?.terminated;
  return ran === undefined ? (before?.restartCount ?? 0) : (before?.restartCount ?? 0) + 1;
}
