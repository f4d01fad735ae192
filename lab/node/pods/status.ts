import { nodeAddress } from '../addresses.ts';
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../api/models.ts';
import type { ContainerRunner } from './container.ts';

/** What a pod's status is computed from. */
export interface PodView {
  pod: Pod;
  address: string;
  block: string;
  initContainers: readonly ContainerRunner[];
  containers: readonly ContainerRunner[];
  initialized: boolean;
  /** False as soon as the pod is being deleted. */
  serving: boolean;
  startTime: Date;
}

/** Whether requests may be sent to the pod. */
export function isReady(view: PodView): boolean {
  return view.serving && containersReady(view);
}

/** The status to report; conditions keep the time of their last change. */
export function podStatus(view: PodView, conditionsBefore: readonly PodCondition[]): PodStatus {
  const host = nodeAddress(view.block);
  return {
    phase: phaseOf(view),
    conditions: conditionsOf(view).map((condition) => keepTransition(condition, conditionsBefore)),
    hostIP: host,
    hostIPs: [{ ip: host }],
    podIP: view.address,
    podIPs: [{ ip: view.address }],
    startTime: view.startTime,
    initContainerStatuses: view.initContainers.map(containerStatus),
    containerStatuses: view.containers.map(containerStatus),
  };
}

function phaseOf(view: PodView): string {
  const states = view.containers.map(({ state }) => state);
  const policy = view.pod.spec?.restartPolicy ?? 'Always';
  const over = policy !== 'Always' && states.every(({ terminated }) => terminated !== undefined);
  if (over) {
    const failed = states.some(({ terminated }) => terminated?.exitCode !== 0);
    if (!failed) return 'Succeeded';
    if (policy === 'Never') return 'Failed';
  }
  if (!view.initialized) return initFailed(view) ? 'Failed' : 'Pending';
  const begun = view.containers.some(
    ({ state, restartCount }) => state.running ?? state.terminated ?? restartCount > 0,
  );
  return begun ? 'Running' : 'Pending';
}

function initFailed({ pod, initContainers }: PodView): boolean {
  if (pod.spec?.restartPolicy !== 'Never') return false;
  return initContainers.some(
    ({ state }) => state.terminated !== undefined && state.terminated.exitCode !== 0,
  );
}

function conditionsOf(view: PodView): PodCondition[] {
  const condition = (type: string, value: boolean, reason?: string): PodCondition => ({
    type,
    status: value ? 'True' : 'False',
    ...(!value && reason !== undefined && { reason }),
  });
  return [
    condition('PodScheduled', true),
    condition('PodReadyToStartContainers', true),
    condition('Initialized', view.initialized, 'ContainersNotInitialized'),
    condition('ContainersReady', containersReady(view), 'ContainersNotReady'),
    condition('Ready', isReady(view), 'ContainersNotReady'),
  ];
}

function containersReady({ initialized, initContainers, containers }: PodView): boolean {
  const sidecars = initContainers.filter(isSidecar);
  return initialized && [...containers, ...sidecars].every(({ ready }) => ready);
}

/** An init container that stays: it runs beside the containers and ends after them. */
export function isSidecar({ setup }: ContainerRunner): boolean {
  return setup.container.restartPolicy === 'Always';
}

function keepTransition(condition: PodCondition, before: readonly PodCondition[]): PodCondition {
  const same = before.find(({ type, status }) => type === condition.type && status === condition.status);
  condition.lastTransitionTime = same?.lastTransitionTime ?? new Date();
  return condition;
}

function containerStatus(runner: ContainerRunner): ContainerStatus {
  const { setup, state, lastState, launch, restartCount, started } = runner;
  const finishedInit = state.terminated?.exitCode === 0;
  return {
    name: setup.container.name,
    image: setup.container.image ?? '',
    imageID: setup.program?.name ?? '',
    ...(launch && { containerID: `process://${launch.process.record.pid}` }),
    state,
    ...(lastState && { lastState }),
    restartCount,
    started,
    ready: runner.ready || finishedInit,
  };
}
