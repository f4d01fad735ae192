import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import type { CounterReading } from '../../../../activities/gates/counters/counter.ts';
import { createProxyCounters } from '../../../../activities/gates/counters/proxies.ts';
import { activityEnvironment } from '../../support/activity.ts';
import { pod } from '../../support/objects.ts';
import { FakeMesh } from '../../traffic/fake-mesh.ts';
import { countedOf } from './counted.ts';
import { answersOf } from './statistics.ts';

const calls = (count: number) => answersOf('v3', { '200': count });
const silent = ApplicationFailure.retryable('no end after 2000 ms');

afterEach(() => {
  jest.restoreAllMocks();
});

/** The counters of a mesh, and a clock that a test moves on. */
function open(mesh: FakeMesh) {
  const { environment } = activityEnvironment();
  let now = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const source = createProxyCounters({ client: mesh, ...countedOf(), durations: false });
  const read = async () =>
    environment.run<[], CounterReading, () => Promise<CounterReading>>(async () => source.read());
  const asked = async () => {
    mesh.log.length = 0;
    const reading = await read();
    // The search goes on after the reading that began it.
    await sleep(1);
    return { reading, pods: mesh.log.map((line) => line.split(' ')[1]).sort() };
  };
  return { read, asked, wait: (milliseconds: number) => (now += milliseconds) };
}

const seen = ({ proxies }: CounterReading) =>
  proxies.map(({ proxy, isNew, counters }) => [
    proxy.split(' ')[0],
    isNew,
    ...counters.map((counter) => counter.kind === 'answers' && counter.requests),
  ]);

describe('the counters of proxies', () => {
  it('are read from every proxy at first', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('gateway', () => calls(5));
    mesh.proxy('idle', () => '');
    const { asked } = open(mesh);
    const { reading, pods } = await asked();
    expect(seen(reading)).toEqual([
      ['default/gateway-abc', false, 5],
      ['default/idle-abc', false],
    ]);
    expect(reading).toMatchObject({ missed: [], trouble: null });
    expect(pods).toEqual(['gateway-abc', 'idle-abc']);
    expect(mesh.log[0]).toMatch(
      /^exec gateway-abc pilot-agent request GET stats\/prometheus\?usedonly&filter=/,
    );
  });

  it('are read from those that call at every look, and from the others now and then', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('gateway', (asked) => calls(5 + asked));
    mesh.proxy('idle', (asked) => (asked === 0 ? '' : calls(1)));
    const { asked, wait } = open(mesh);
    await asked();
    expect((await asked()).pods).toEqual(['gateway-abc']);
    wait(5_001);
    expect((await asked()).pods).toEqual(['gateway-abc', 'idle-abc']);
    // What the search found is in the next reading, and who was found is asked from then on.
    const { reading, pods } = await asked();
    expect(seen(reading)).toEqual([
      ['default/idle-abc', false, 1],
      ['default/gateway-abc', false, 8],
      ['default/idle-abc', false, 1],
    ]);
    expect(pods).toEqual(['gateway-abc', 'idle-abc']);
  });

  it('are those of new proxies too, which are told as such', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('gateway', () => calls(5));
    const { asked, wait } = open(mesh);
    await asked();
    mesh.proxy('fresh', () => calls(2));
    wait(5_001);
    await asked();
    expect(seen((await asked()).reading)[0]).toEqual(['default/fresh-abc', true, 2]);
  });

  it('lack those of a proxy that does not answer, which is named and does not keep the next look waiting', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('gateway', () => calls(5));
    mesh.proxy('other', (asked) => (asked === 1 ? silent : calls(9)));
    const { asked, wait } = open(mesh);
    await asked();
    const { reading } = await asked();
    expect(seen(reading)).toEqual([['default/gateway-abc', false, 5]]);
    expect(reading).toMatchObject({ missed: ['default/other-abc: no end after 2000 ms'], trouble: null });
    const next = await asked();
    expect(next.pods).toEqual(['gateway-abc']);
    expect(next.reading.missed).toHaveLength(1);
    wait(5_001);
    await asked();
    expect((await asked()).reading.missed).toEqual([]);
    expect((await asked()).pods).toEqual(['gateway-abc', 'other-abc']);
  });

  it('miss no proxy of a lost node that was never seen to call', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('gateway', () => calls(5));
    const { status } = pod('lost', 'default');
    mesh.proxy('lost', () => silent, {
      status: { ...status, conditions: [{ type: 'Ready', status: 'False' }] },
    });
    const { asked } = open(mesh);
    expect((await asked()).reading).toMatchObject({ missed: [], trouble: null });
  });

  it('are in trouble when no proxy answers that calls, and all of those are asked again', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('gateway', (asked) => (asked === 0 || asked > 2 ? calls(5) : silent));
    mesh.proxy('idle', () => '');
    const { asked } = open(mesh);
    await asked();
    const trouble = 'default/gateway-abc: no end after 2000 ms';
    expect((await asked()).reading).toEqual({ proxies: [], missed: [trouble], trouble });
    expect((await asked()).reading.trouble).toBe(trouble);
    expect((await asked()).reading).toMatchObject({ missed: [], trouble: null });
  });

  it('are in trouble when the proxies cannot be listed, until they can', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('gateway', () => calls(5));
    jest.spyOn(mesh, 'list').mockRejectedValueOnce(ApplicationFailure.retryable('no answer from the server'));
    const { asked, wait } = open(mesh);
    expect((await asked()).reading).toEqual({
      proxies: [],
      missed: [],
      trouble: 'no answer from the server',
    });
    wait(1_001);
    expect(seen((await asked()).reading)).toEqual([['default/gateway-abc', false, 5]]);
  });

  it('are no trouble as long as nobody calls', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('idle', () => '');
    const { asked } = open(mesh);
    await asked();
    expect((await asked()).reading).toEqual({ proxies: [], missed: [], trouble: null });
  });

  it('are forgotten with the proxy', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('gateway', () => calls(5));
    mesh.proxy('gone', (asked) => (asked === 0 ? calls(1) : silent));
    const { asked, wait } = open(mesh);
    await asked();
    mesh.objects.delete('Pod/default/gone-abc');
    expect((await asked()).reading.missed).toHaveLength(1);
    wait(5_001);
    await asked();
    expect((await asked()).reading).toMatchObject({ missed: [], trouble: null });
  });

  it.each([
    ['an answer that is none', 'upstream connect error', /is no sample in Prometheus' text format/],
    ['an answer that is broken off', `${calls(5)}envoy_cluster_up`, /is no sample/],
  ])('are missed with %s', async (_, answer, reason) => {
    const mesh = new FakeMesh();
    mesh.proxy('gateway', () => answer);
    const { read } = open(mesh);
    expect((await read()).trouble).toMatch(reason);
  });

  it('are missed when the command fails, with what it says', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('gateway', () => '');
    jest.spyOn(mesh, 'exec').mockResolvedValue({ stdout: '', stderr: 'no such command\n', exitCode: 127 });
    expect((await open(mesh).read()).trouble).toBe('default/gateway-abc: does not answer: no such command');
  });

  it('are not read any more once the activity is cancelled', async () => {
    const mesh = new FakeMesh();
    mesh.proxy('gateway', () => silent);
    const { environment } = activityEnvironment();
    const source = createProxyCounters({ client: mesh, ...countedOf(), durations: false });
    environment.cancel();
    await expect(environment.run(async () => source.read())).rejects.toThrow(/cancel/i);
  });
});
