import { V1Service } from '@kubernetes/client-node';
import { describe, expect, it, jest } from '@jest/globals';
import type { Cluster } from '../../../access/cluster.ts';
import type { ForwardOptions } from '../../../access/forward.ts';
import type { Session } from '../../../client/connection/session.ts';
import type { Context } from '../../../client/context.ts';
import type { ClusterConnection } from '../../../domain/rollout.ts';
import { closed, execution, sluice, spec } from '../support/command-line.ts';
import { status } from '../support/rollouts.ts';
import { kubeconfigWith } from '../support/kubeconfig.ts';
import * as yaml from 'yaml';

const kubeconfig = kubeconfigWith({ cluster: 'c', context: 'blue' });

const connection: ClusterConnection = {
  provider: 'kubeconfig',
  name: 'c',
  kubeconfig,
  context: 'blue',
  created: false,
  prometheus: null,
  istio: null,
};

/** A rollout in the namespace `shop`, on a cluster that is there. */
function rollout(changes: Partial<typeof status> = {}): Partial<Session> {
  return {
    find: () => Promise.resolve(execution),
    status: () => Promise.resolve({ ...status, connection, ...changes }),
    argument: () => Promise.resolve({ document: yaml.parse(spec) as unknown }),
  };
}

const clusterIp = service({ spec: { type: 'ClusterIP' } });
const balanced = service({
  spec: { type: 'LoadBalancer' },
  status: { loadBalancer: { ingress: [{ hostname: 'lb.example' }] } },
});

function service(fields: object): V1Service {
  return Object.assign(new V1Service(), fields);
}

interface World {
  readonly context: Partial<Context>;
  readonly forwards: ForwardOptions[];
  readonly close: jest.Mock<() => Promise<void>>;
}

/** A cluster with that Service, and a person who interrupts what would go on for ever. */
function cluster(found: V1Service | null, changes: Partial<Context> = {}): World {
  const forwards: ForwardOptions[] = [];
  const close = jest.fn<() => Promise<void>>().mockResolvedValue();
  const reached: Cluster = {
    server: 'https://127.0.0.1:6443',
    readService: () => Promise.resolve(found),
    forward: (_service, options) => {
      forwards.push(options);
      return Promise.resolve({ address: '127.0.0.1:20001', close });
    },
  };
  const untilInterrupted: Context['untilInterrupted'] = () => Promise.resolve({ interrupted: 'SIGINT' });
  return {
    context: { reachCluster: () => Promise.resolve(reached), untilInterrupted, ...changes },
    forwards,
    close,
  };
}

const graph = '/kiali/console/graph/namespaces?namespaces=shop';

describe('sluice open kiali', () => {
  it('prints the address that the rollout tells, and forwards nothing', async () => {
    const world = cluster(null);
    const told = rollout({ addresses: { kiali: 'http://203.0.113.1:20001/x' } });
    const ran = await sluice(['open', 'kiali', 'id', '-o', 'json'], told, world.context);
    expect(JSON.parse(ran.stdout[0] ?? '')).toEqual({
      name: 'kiali',
      url: 'http://203.0.113.1:20001/x',
      forwarded: false,
    });
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(world.forwards).toEqual([]);
  });

  it('prints the address of a load balancer that somebody else has made', async () => {
    const ran = await sluice(['open', 'kiali', 'id'], rollout(), cluster(balanced).context);
    expect(ran.stdout).toEqual([`http://lb.example:20001${graph}`]);
  });

  it('else forwards a port, with a link to the graph of the namespace, until it is interrupted', async () => {
    const world = cluster(clusterIp);
    const ran = await sluice(['open', 'kiali', 'id'], rollout(), world.context);
    expect(ran).toMatchObject({ exitCode: 0, stdout: [`http://127.0.0.1:20001${graph}`] });
    expect(world.forwards).toMatchObject([{ port: 20001, localPort: null }]);
    expect(world.close).toHaveBeenCalledTimes(1);
  });

  it('forwards from the port that is named', async () => {
    const world = cluster(clusterIp);
    await sluice(['open', 'grafana', 'id', '--port', '4000'], rollout(), world.context);
    expect(world.forwards).toMatchObject([{ port: 3000, localPort: 4000 }]);
  });

  it('is of the latest rollout where none is named, and says so', async () => {
    const session = { ...rollout(), list: () => Promise.resolve([execution, closed]) };
    const ran = await sluice(['open', 'kiali'], session, cluster(clusterIp).context);
    expect(ran.stdout).toEqual([`http://127.0.0.1:20001${graph}`]);
    expect(ran.stderr[0]).toBe(`of the latest rollout, ${execution.workflowId}`);
  });

  it('needs no Temporal server where the command line names the cluster', async () => {
    const args = ['open', 'kiali', '--kubeconfig', kubeconfig];
    const ran = await sluice(args, {}, cluster(clusterIp).context);
    expect(ran.settings).toEqual([]);
    expect(ran.stdout).toEqual(['http://127.0.0.1:20001/kiali/console/graph/namespaces?namespaces=default']);
  });

  it('that nothing answers at says why, and closes what it opened', async () => {
    const world = cluster(clusterIp, { answers: () => Promise.resolve(false) });
    const ran = await sluice(['open', 'kiali', 'id'], rollout(), world.context);
    expect(ran).toMatchObject({ exitCode: 1, stdout: [] });
    expect(ran.stderr.at(-1)).toContain('nothing answers at http://127.0.0.1:20001/kiali');
    expect(world.close).toHaveBeenCalledTimes(1);
  });

  it.each([
    [
      'no such Service',
      rollout(),
      'there is no Service istio-system/kiali in the cluster at https://127.0.0.1:6443',
    ],
    ['no cluster yet', rollout({ connection: null }), 'has no cluster yet'],
    ['no rollout', { list: () => Promise.resolve([]) }, 'no rollouts yet in namespace default'],
  ])('with %s is refused', async (_, session, message) => {
    const id = 'list' in session ? [] : ['id'];
    const ran = await sluice(['open', 'kiali', ...id], session, cluster(null).context);
    expect(ran).toMatchObject({ exitCode: 2, stdout: [] });
    expect(ran.stderr.at(-1)).toContain(message);
  });

  it('on another machine than the worker says how to name the cluster', async () => {
    const elsewhere = rollout({ connection: { ...connection, kubeconfig: '/not/here' } });
    const ran = await sluice(['open', 'kiali', 'id'], elsewhere, cluster(clusterIp).context);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr[0]).toMatch(
      /cannot load kubeconfig \/not\/here: .*; name the cluster of c with --kubeconfig/,
    );
  });
});

describe('sluice open prometheus', () => {
  it("is the provider's own where the cluster has no add-on", async () => {
    const own = rollout({ connection: { ...connection, prometheus: 'http://127.5.0.1:9090' } });
    const ran = await sluice(['open', 'prometheus', 'id'], own, cluster(null).context);
    expect(ran.stdout).toEqual(['http://127.5.0.1:9090']);
  });
});

describe('sluice open ui', () => {
  const page = '/namespaces/default/workflows/rollout%2Fdefault%2Fdefault%2Fcheckout/run-1/history';

  it.each([
    ['of a dev server, 1000 above its port', 'http://127.0.0.1:8233'],
    ['of the image of docker-compose.yml', 'http://127.0.0.1:8080'],
  ])("is the run's page %s, where that knows the run", async (_, base) => {
    const asked: string[] = [];
    const answers = (url: string) => {
      asked.push(url);
      return Promise.resolve(url.startsWith(base));
    };
    const args = ['open', 'ui', 'id', '--address', '127.0.0.1:7233'];
    const ran = await sluice(args, rollout(), { answers });
    expect(ran.stdout).toEqual([`${base}${page}`]);
    expect(asked.at(-1)).toBe(
      `${base}/api/v1/namespaces/default/workflows/rollout%2Fdefault%2Fdefault%2Fcheckout?execution.runId=run-1`,
    );
  });

  it.each([
    ['the option', ['--ui', 'https://ui.example/'], {}],
    ['the environment', [], { SLUICE_TEMPORAL_UI: 'https://ui.example' }],
  ])('is where %s says', async (_, args, env) => {
    const answers = () => Promise.resolve(false);
    const ran = await sluice(['open', 'ui', 'id', ...args], rollout(), { answers, env });
    expect(ran.stdout).toEqual([`https://ui.example${page}`]);
  });

  it("is Temporal Cloud's for its servers", async () => {
    const args = ['open', 'ui', 'id', '--address', 'eu-west-1.aws.api.temporal.io:7233'];
    const ran = await sluice(args, rollout());
    expect(ran.stdout).toEqual([`https://cloud.temporal.io${page}`]);
  });

  it.each([
    ['10.0.0.1:7233', [], 'where the Web UI of the Temporal server at 10.0.0.1:7233'],
    [
      '127.0.0.1:7233',
      [],
      'no Web UI that knows the run is at http://127.0.0.1:8233 or http://127.0.0.1:8080',
    ],
    ['127.0.0.1:7233', ['--ui', 'ui.example'], '"ui.example" is no URL of a Web UI'],
  ])('of %s %j that nobody knows is refused', async (address, args, message) => {
    const answers = () => Promise.resolve(false);
    const ran = await sluice(['open', 'ui', 'id', '--address', address, ...args], rollout(), { answers });
    expect(ran).toMatchObject({ exitCode: 2, stdout: [] });
    expect(ran.stderr[0]).toContain(message);
  });
});

it.each([
  [['open', 'zipkin'], 'Allowed choices are prometheus, grafana, jaeger, kiali, ui'],
  [['open', 'kiali', '--port', '0'], 'a whole number from 1 to 65535 is allowed'],
])('refuses %j', async (args, message) => {
  const ran = await sluice(args);
  expect(ran).toMatchObject({ exitCode: 2, settings: [] });
  expect(ran.stderr[0]).toContain(message);
});
