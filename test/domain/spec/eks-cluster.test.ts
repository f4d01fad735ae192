import { describe, expect, it } from '@jest/globals';
import * as yaml from 'yaml';
import { readFileSync } from 'node:fs';
import { resolveDocument } from '../../../domain/spec/resolve.ts';

const example = readFileSync(new URL('../../../examples/bookinfo-eks.yaml', import.meta.url), 'utf8');

/** The example with another cluster. */
function withCluster(cluster: object): unknown {
  const value = yaml.parse(example) as { spec: object };
  return { ...value, spec: { ...value.spec, cluster: { provider: 'eks', name: 'ekslab', ...cluster } } };
}

function issuesOf(cluster: object): string[] {
  const resolved = resolveDocument(withCluster(cluster));
  return 'issues' in resolved ? resolved.issues.map(({ path, message }) => `${path}: ${message}`) : [];
}

describe('the mesh of a new cluster', () => {
  const issuesWith = (cluster: object, version: string) => {
    const value = withCluster(cluster) as { spec: object };
    const resolved = resolveDocument({ ...value, spec: { ...value.spec, mesh: { version } } });
    return 'issues' in resolved ? resolved.issues.map(({ path, message }) => `${path}: ${message}`) : [];
  };

  it('is of an Istio that supports its Kubernetes, also where that is the default', () => {
    expect(issuesWith({ version: '1.35' }, '1.31')).toEqual([]);
    expect(issuesWith({}, '1.30.4')).toEqual([]);
    expect(issuesWith({ version: '1.31' }, '1.30.4')).toEqual([
      expect.stringMatching(
        /^spec.mesh.version: Istio 1.30.4 supports Kubernetes 1.32 to 1.36, the cluster has 1.31 /,
      ),
    ]);
  });

  it('is checked when the cluster is reached, where it is there already', () => {
    expect(issuesWith({ existing: true }, '1.30.4')).toEqual([]);
  });
});

describe('an EKS cluster in a spec', () => {
  it('needs a name only', () => {
    const resolved = resolveDocument(withCluster({}));
    expect('document' in resolved && resolved.document.spec.cluster).toEqual({
      provider: 'eks',
      name: 'ekslab',
      region: null,
      profile: null,
      kubeconfig: null,
      existing: false,
      version: null,
      nodeGroup: {},
    });
  });

  it.each([
    [{ name: '-shop' }, 'spec.cluster.name', "a name of at most 100 letters, digits, '-' and '_'"],
    [{ name: 'a'.repeat(101) }, 'spec.cluster.name', 'at most 100'],
    [
      { name: 'shop_1' },
      'spec.cluster.name',
      "has a '_', which the names of CloudFormation stacks cannot have",
    ],
    [
      { name: 'a'.repeat(100), nodeGroup: { name: 'general-purpose' } },
      'spec.cluster.name',
      'would have a name of 133 characters, CloudFormation takes 128',
    ],
    [{ nodeGroup: { name: 'a_b' } }, 'spec.cluster.nodeGroup.name', "letters, digits and '-'"],
    [{ nodeGroup: { min: 0 } }, 'spec.cluster.nodeGroup.min', 'min is 0, it must be at least 1'],
    [{ version: 1.35 }, 'spec.cluster.version', 'a version in quotes, such as "1.35"'],
    [{ version: '1.35.2' }, 'spec.cluster.version', 'a minor version of Kubernetes'],
    [{ region: 'west' }, 'spec.cluster.region', 'the name of an AWS region, such as us-west-1'],
    [{ nodeGroup: { instanceType: 'large' } }, 'spec.cluster.nodeGroup.instanceType', 'such as c5.large'],
    [{ nodeGroup: { min: 3, max: 2 } }, 'spec.cluster.nodeGroup.min', 'min is 3, more than max, which is 2'],
    [
      { nodeGroup: { desired: 9, max: 4 } },
      'spec.cluster.nodeGroup.desired',
      'desired is 9, it must be from min to max',
    ],
    [{ nodeGroup: { min: 0, desired: 0, max: 0 } }, 'spec.cluster.nodeGroup.max', '1'],
    [{ existing: true, version: '1.35' }, 'spec.cluster.version', 'leave one of the two out'],
    [{ existing: true, nodeGroup: {} }, 'spec.cluster.nodeGroup', 'leave one of the two out'],
    [{ kubeconfig: 'a\nb' }, 'spec.cluster.kubeconfig', 'a path of one line'],
    [{ nodes: 3 }, 'spec.cluster', 'nodes'],
  ])('%j is refused where it stands', (cluster, path, message) => {
    const issues = issuesOf(cluster);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(path);
    expect(issues[0]).toContain(message);
  });

  it.each([
    { name: '1shop' },
    { name: 'a'.repeat(100) },
    { name: 'shop_1', existing: true },
    { region: 'eusc-de-east-1' },
    { region: 'us-gov-west-1' },
    { region: 'cn-north-1' },
  ])('%j is taken, as AWS takes it', (cluster) => {
    expect(issuesOf(cluster)).toEqual([]);
  });

  it('is no canary’s to make', () => {
    const { spec, ...document } = withCluster({}) as { spec: Record<string, unknown> };
    const { cluster, namespace, services, stages } = spec;
    const resolved = resolveDocument({
      ...document,
      kind: 'Canary',
      spec: { cluster, namespace, services, stages },
    });
    expect('issues' in resolved && resolved.issues[0]?.message).toContain('set existing: true here');
  });
});
