/** What deploy/kubernetes says, against what it speaks of: its files, the worker's configuration, the image. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { loadKubeConfig } from '../../access/kubeconfig.ts';
import { readConfig } from '../../worker/config.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'deploy/kubernetes');

interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator?: readonly { readonly envs?: string[]; readonly files?: string[] }[];
  readonly images?: readonly { readonly name: string; readonly newTag: string }[];
}

interface NetworkPolicy {
  readonly spec: {
    readonly egress: readonly {
      readonly ports: readonly { readonly port: number }[];
      readonly to?: readonly { readonly ipBlock?: unknown; readonly namespaceSelector?: unknown }[];
    }[];
  };
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
        readonly containers: readonly [Container];
        readonly volumes: readonly { readonly name: string; readonly [kind: string]: unknown }[];
      };
    };
  };
}

interface Container {
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

async function read<T>(file: string): Promise<T> {
  return parse(await readFile(join(folder, file), 'utf8')) as T;
}

const text = (file: string) => readFile(join(root, file), 'utf8');
const { spec } = (await read<Deployment>('deployment.yaml')).spec.template;
const [worker] = spec.containers;

/** The environment of the worker's container, without what is secret. */
async function environment(): Promise<Record<string, string>> {
  const lines = (await readFile(join(folder, 'worker.env'), 'utf8')).split('\n');
  const settings = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries([
    ...settings.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    ...worker.env.map(({ name, value }) => [name, value] as const),
  ]);
}

/** The kind of volume that is mounted there. */
function mountedAt(path: string): string[] {
  const names = worker.volumeMounts.filter(({ mountPath }) => mountPath === path).map(({ name }) => name);
  const volumes = spec.volumes.filter(({ name }) => names.includes(name));
  return volumes.flatMap((volume) => Object.keys(volume).filter((key) => key !== 'name'));
}

describe('deploy/kubernetes', () => {
  it('is made of all of its files', async () => {
    const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const kustomizations = files.filter((file) => file.endsWith('/kustomization.yaml'));
    const listed = await Promise.all(
      kustomizations.map(async (file) => {
        const { resources, configMapGenerator = [] } = parse(await readFile(file, 'utf8')) as Kustomization;
        const generated = configMapGenerator.flatMap(({ envs = [], files = [] }) => [...envs, ...files]);
        return [file, ...[...resources, ...generated].map((name) => join(dirname(file), name))];
      }),
    );
    expect(listed.flat().sort()).toEqual(files.sort());
    for (const file of files.filter((name) => name.endsWith('.yaml'))) {
      const documents = parseAllDocuments(await readFile(file, 'utf8'));
      expect([file, documents.flatMap(({ errors }) => errors)]).toEqual([file, []]);
    }
  });

  it('tells the worker what it reads, and nothing else', async () => {
    const env = await environment();
    const asked = new Set<string>();
    const get = (target: typeof env, name: string) => {
      asked.add(name);
      return target[name];
    };
    const config = readConfig(new Proxy(env, { get }));
    const own = Object.keys(env).filter((name) => name.startsWith('SLUICE_'));
    expect(own.filter((name) => !asked.has(name))).toEqual([]);
    expect(config).toMatchObject({
      connection: { address: env.TEMPORAL_ADDRESS },
      namespace: env.TEMPORAL_NAMESPACE,
      taskQueue: env.SLUICE_TASK_QUEUE,
    });
    const others = Object.keys(env).filter((name) => !name.startsWith('SLUICE_'));
    expect(others.sort()).toEqual(['KUBECONFIG', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'XDG_CACHE_HOME']);
  });

  it('probes the worker where it listens', async () => {
    const { healthAddress, metricsAddress } = readConfig(await environment());
    expect(worker.ports).toEqual([
      { name: 'health', containerPort: healthAddress?.port },
      { name: 'metrics', containerPort: metricsAddress?.port },
    ]);
    const { startupProbe, livenessProbe, readinessProbe } = worker;
    expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual([
      { path: '/livez', port: 'health' },
      { path: '/livez', port: 'health' },
      { path: '/readyz', port: 'health' },
    ]);
  });

  it('lets the worker end by itself', async () => {
    const [, longest] = /exits within (\d+) s/.exec(await text('docs/configuration.md')) ?? [];
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(Number(longest));
  });

  it('runs the image of this release as the user that it is made for', async () => {
    const { images } = await read<Kustomization>('kustomization.yaml');
    const { version } = JSON.parse(await text('package.json')) as { version: string };
    expect(images).toMatchObject([{ name: worker.image, newTag: version }]);
    const [, user, group] = /^USER (\d+):(\d+)$/m.exec(await text('deploy/container/Dockerfile')) ?? [];
    expect(spec.securityContext).toMatchObject({ runAsUser: Number(user), runAsGroup: Number(group) });
  });

  it('has the worker write where it may, and find its kubeconfig', async () => {
    const { XDG_CACHE_HOME = '', KUBECONFIG = '' } = await environment();
    expect(mountedAt(XDG_CACHE_HOME)).toEqual(['emptyDir']);
    expect(mountedAt('/tmp')).toEqual(['emptyDir']);
    expect(mountedAt(KUBECONFIG)).toEqual(['configMap']);
    const config = loadKubeConfig({ kubeconfig: join(folder, 'kubeconfig'), context: 'in-cluster' });
    expect(config.getCurrentCluster()?.server).toBe('https://kubernetes.default.svc');
    // Where kubelet puts it; client-go and Sluice read the token from beside.
    const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';
    expect(config.getCurrentCluster()?.caFile).toBe(`${mounted}/ca.crt`);
    expect(await read('kubeconfig')).toMatchObject({ users: [{ user: { tokenFile: `${mounted}/token` } }] });
  });

  it('lets nothing but DNS out to link-local addresses, where clouds serve the credentials of nodes', async () => {
    const policy = await read<NetworkPolicy>('components/network-policy/network-policy.yaml');
    const others = policy.spec.egress.filter(({ ports }) => ports.some(({ port }) => port !== 53));
    expect(others).not.toEqual([]);
    for (const { to = [{}] } of others) {
      const blocks = to.flatMap(({ ipBlock, namespaceSelector }) =>
        namespaceSelector === undefined ? [ipBlock] : [],
      );
      expect(blocks).toEqual([
        { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] },
        { cidr: '::/0', except: ['fe80::/10', 'fd00:ec2::/32'] },
      ]);
    }
  });
});
