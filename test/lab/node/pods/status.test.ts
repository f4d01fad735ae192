import { describe, expect, it } from '@jest/globals';
import type { ContainerRunner } from '../../../../lab/node/pods/container.ts';
import { isReady, podStatus, type PodView } from '../../../../lab/node/pods/status.ts';
import { container, reviewsPod } from '../support/fixtures.ts';

function runner(fields: Partial<ContainerRunner> = {}, restartPolicy?: string): ContainerRunner {
  const own = container(restartPolicy === undefined ? {} : { name: 'istio-proxy', restartPolicy });
  const running = { state: { running: { startedAt: new Date() } }, ready: true, started: true };
  const made: unknown = { setup: { container: own }, restartCount: 0, ...running, ...fields };
  return made as ContainerRunner;
}

function view(fields: Partial<PodView> = {}): PodView {
  return {
    pod: reviewsPod(),
    address: '127.3.1.7',
    block: '127.3',
    initContainers: [],
    containers: [runner()],
    initialized: true,
    serving: true,
    startTime: new Date(0),
    ...fields,
  };
}

const ended = (exitCode: number) => runner({ state: { terminated: { exitCode } }, ready: false });

describe('the phase of a pod', () => {
  const never = reviewsPod({ restartPolicy: 'Never' });
  const onFailure = reviewsPod({ restartPolicy: 'OnFailure' });
  it.each<[string, Partial<PodView>]>([
    ['Running', {}],
    ['Pending', { initialized: false, containers: [runner({ state: { waiting: {} } })] }],
    ['Pending', { containers: [runner({ state: { waiting: { reason: 'ErrImagePull' } } })] }],
    ['Running', { containers: [runner({ state: { waiting: {} }, restartCount: 1 })] }],
    ['Running', { containers: [ended(1)] }],
    ['Succeeded', { pod: never, containers: [ended(0), ended(0)] }],
    ['Failed', { pod: never, containers: [ended(0), ended(1)] }],
    ['Running', { pod: onFailure, containers: [ended(1)] }],
    ['Running', { pod: never, containers: [ended(0), runner()] }],
    ['Failed', { pod: never, initialized: false, initContainers: [ended(1)] }],
  ])('is %s', (phase, fields) => {
    expect(podStatus(view(fields), []).phase).toBe(phase);
  });
});

describe('readiness', () => {
  it('needs every container, sidecars included', () => {
    expect(isReady(view())).toBe(true);
    expect(isReady(view({ containers: [runner(), runner({ ready: false })] }))).toBe(false);
    expect(isReady(view({ initContainers: [runner({ ready: false }, 'Always')] }))).toBe(false);
    expect(isReady(view({ initContainers: [ended(0)] }))).toBe(true);
  });

  it('ends with the deletion, while the containers still are ready', () => {
    const status = podStatus(view({ serving: false }), []);
    const values = Object.fromEntries((status.conditions ?? []).map(({ type, status }) => [type, status]));
    expect(values).toMatchObject({ Ready: 'False', ContainersReady: 'True' });
  });
});

it('keeps the time of a condition that did not change', () => {
  const before = [{ type: 'Ready', status: 'True', lastTransitionTime: new Date(1) }];
  const at = (fields: Partial<PodView>) =>
    podStatus(view(fields), before).conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  expect(at({})).toEqual(new Date(1));
  expect(at({ serving: false })).not.toEqual(new Date(1));
});

it('reports addresses and restarts', () => {
  const lastState = { terminated: { exitCode: 3 } };
  const status = podStatus(view({ containers: [runner({ restartCount: 2, lastState })] }), []);
  expect(status).toMatchObject({ podIP: '127.3.1.7', hostIP: '127.3.0.1' });
  expect(status.containerStatuses?.[0]).toMatchObject({ name: 'reviews', restartCount: 2, lastState });
});
