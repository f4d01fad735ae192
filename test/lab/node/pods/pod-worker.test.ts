import { afterEach, describe, expect, it } from '@jest/globals';
import { access, readFile } from 'node:fs/promises';
import type { Clients } from '../../../../lab/node/api/clients.ts';
import type { Pod, PodStatus } from '../../../../lab/node/api/models.ts';
import type { Program } from '../../../../lab/node/images/program.ts';
import { PodWorker } from '../../../../lab/node/pods/pod-worker.ts';
import { useTemporaryDirectories } from '../../support/temporary-directory.ts';
import { container, nodeOptions, reviewsPod, standIn } from '../support/fixtures.ts';
import { until } from '../support/wait.ts';

const makeDirectory = useTemporaryDirectories();
const workers: PodWorker[] = [];

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill(0)));
});

interface Scene {
  worker: PodWorker;
  /** What happened outside the worker, in order. */
  events: string[];
  lastStatus: () => PodStatus | undefined;
}

async function scene(pod: Pod, programs: Program[]): Promise<Scene> {
  const events: string[] = [];
  let last: PodStatus | undefined;
  const note = (event: string) => () => {
    events.push(event);
    return Promise.resolve();
  };
  const core = {
    patchNamespacedPod: ({ body }: { body: object }) => {
      events.push(JSON.stringify(body));
      return Promise.resolve({});
    },
    patchNamespacedPodStatus: ({ body }: { body: { status: PodStatus } }) => {
      last = body.status;
      return Promise.resolve({});
    },
    deleteNamespacedPod: note('deleted'),
  };
  const mesh = {
    join: note('join'),
    publish: note('publish'),
    withdraw: note('withdraw'),
    leave: note('leave'),
  };
  const options = nodeOptions({ directory: await makeDirectory(), programs });
  const services = { clients: { core } as unknown as Clients, options };
  const worker = new PodWorker(pod, '127.3.1.7', mesh, services);
  workers.push(worker);
  return { worker, events, lastStatus: () => last };
}

const forever = 'setInterval(() => undefined, 1000)';
const app = container({ image: 'stand-in' });

describe('a pod', () => {
  it('joins the mesh before its processes start and is published when ready', async () => {
    const { worker, events, lastStatus } = await scene(reviewsPod({ containers: [app] }), [standIn(forever)]);
    await worker.run();
    await until('ready', () => worker.ready);
    await until('status', () => lastStatus()?.conditions?.at(-1)?.status === 'True');
    expect(events[0]).toBe('join');
    expect(events.at(-1)).toBe('publish');
    expect(lastStatus()).toMatchObject({ phase: 'Running', podIP: '127.3.1.7' });
  });

  it('says on itself which of its images are not what runs', async () => {
    const pretends = standIn(forever, { isStandIn: true });
    const { worker, events } = await scene(reviewsPod({ containers: [app] }), [pretends]);
    await worker.run();
    await until('ready', () => worker.ready);
    expect(events).toContain('{"metadata":{"annotations":{"lab.sluice.dev/stand-in":"stand-in"}}}');
    const real = await scene(reviewsPod({ containers: [app] }), [standIn(forever)]);
    await real.worker.run();
    await until('ready', () => real.worker.ready);
    expect(real.events.join()).not.toContain('annotations');
  });

  it('leaves the mesh a while before its processes are told to end, and is deleted last', async () => {
    const { worker, events } = await scene(reviewsPod({ containers: [app] }), [
      standIn(`process.on('SIGTERM', () => { console.log(Date.now()); process.exit(0) }); ${forever}`),
    ]);
    await worker.run();
    await until('ready', () => worker.ready);
    const asked = Date.now();
    await worker.terminate(30);
    const told = Number(await readFile(`${worker.directory}/reviews.log`, 'utf8'));
    expect(told - asked).toBeGreaterThanOrEqual(900);
    expect(events.filter((event) => event === 'withdraw' || event === 'deleted').at(-1)).toBe('deleted');
    expect(events.slice(events.lastIndexOf('publish'))).toContain('withdraw');
    expect(worker.ready).toBe(false);
  });

  it('waits for its init containers and sidecars, one after the other', async () => {
    const init = container({ name: 'init', image: 'init' });
    // Not started before it has written its line.
    const startupProbe = { exec: { command: ['test', '-s', 'istio-proxy.log'] }, periodSeconds: 1 };
    const sidecar = container({ name: 'istio-proxy', image: 'side', restartPolicy: 'Always', startupProbe });
    const print = (name: string, rest = '') => `console.log('${name} ' + process.hrtime.bigint()); ${rest}`;
    const named = (image: string, script: string) =>
      standIn(script, { name: image, matches: (given) => given === image });
    const { worker } = await scene(reviewsPod({ initContainers: [init, sidecar], containers: [app] }), [
      named('init', print('init')),
      named('side', print('side', forever)),
      named('stand-in', print('app', forever)),
    ]);
    await worker.run();
    await until('ready', () => worker.ready);
    const times = [];
    for (const name of ['init', 'istio-proxy', 'reviews']) {
      let text = '';
      while (text === '') text = await readFile(`${worker.directory}/${name}.log`, 'utf8');
      times.push(BigInt(text.split(' ')[1] ?? '0'));
    }
    expect(times).toEqual([...times].sort((a, b) => Number(a - b)));
  });

  it('starts nothing behind an init container of an unknown image', async () => {
    const init = container({ name: 'init', image: 'unknown' });
    const { worker } = await scene(reviewsPod({ initContainers: [init], containers: [app] }), [
      standIn(forever),
    ]);
    void worker.run();
    await until('the reason', () => worker.container('init')?.state.waiting?.reason === 'ErrImagePull');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(worker.container('reviews')?.launch).toBeUndefined();
  });

  it('ends its proxy after its application', async () => {
    const ends = `process.on('SIGTERM', () => { console.log(process.hrtime.bigint().toString()); process.exit(0) })`;
    const proxy = standIn(`${ends}; ${forever}`, { role: 'proxy', matches: (image) => image === 'proxy' });
    const containers = [container({ name: 'istio-proxy', image: 'proxy' }), app];
    const { worker } = await scene(reviewsPod({ containers }), [proxy, standIn(`${ends}; ${forever}`)]);
    await worker.run();
    await until('ready', () => worker.ready);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await worker.terminate(5);
    const [appEnd, proxyEnd] = await Promise.all(
      ['reviews', 'istio-proxy'].map((name) => readFile(`${worker.directory}/${name}.log`, 'utf8')),
    );
    expect(Number(proxyEnd)).toBeGreaterThan(Number(appEnd));
  });

  it('leaves neither processes nor files when it vanished from the API', async () => {
    const { worker, events } = await scene(reviewsPod({ containers: [app] }), [standIn(forever)]);
    await worker.run();
    await until('ready', () => worker.ready);
    await worker.kill(0);
    await worker.cleanUp();
    expect(worker.container('reviews')?.launch).toBeUndefined();
    expect(events.at(-1)).toBe('leave');
    await expect(access(worker.directory)).rejects.toThrow('ENOENT');
  });

  it('counts the restart of its agent as a restart', async () => {
    const status = {
      containerStatuses: [
        { name: 'reviews', restartCount: 2, image: '', imageID: '', ready: true, state: { running: {} } },
      ],
    };
    const { worker } = await scene({ ...reviewsPod({ containers: [app] }), status }, []);
    expect(worker.container('reviews')?.restartCount).toBe(3);
  });
});
