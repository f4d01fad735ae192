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
      managedNodeGroups: [],
      config: {},
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
      { name: 'a'.repeat(100), managedNodeGroups: [{ name: 'general-purpose' }] },
      'spec.cluster.name',
      'would have a name of 133 characters, CloudFormation takes 128',
    ],
    [{ version: 1.35 }, 'spec.cluster.version', 'a version in quotes, such as "1.35"'],
    [{ version: '1.35.2' }, 'spec.cluster.version', 'a minor version of Kubernetes'],
    [{ region: 'west' }, 'spec.cluster.region', 'the name of an AWS region, such as us-west-1'],
    [{ existing: true, version: '1.35' }, 'spec.cluster.version', 'leave one of the two out'],
    [
      { existing: true, managedNodeGroups: [{}] },
      'spec.cluster.managedNodeGroups',
      'leave one of the two out',
    ],
    [{ existing: true, vpc: { cidr: '10.0.0.0/16' } }, 'spec.cluster.vpc', 'leave one of the two out'],
    [{ kubeconfig: 'a\nb' }, 'spec.cluster.kubeconfig', 'a path of one line'],
    [{ nodes: 3 }, 'spec.cluster', 'nodes'],
  ])('%j is refused where it stands', (cluster, path, message) => {
    const issues = issuesOf(cluster);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(path);
    expect(issues[0]).toContain(message);
  });

  it.each([
    [{ name: 'a_b' }, '[0].name', "letters, digits and '-'"],
    [{ minSize: 0 }, '[0].minSize', 'must have a minSize of at least 1'],
    [{ taints: [{ key: 'gpu', effect: 'NoSchedule' }] }, '[0].taints', 'one node group without taints'],
    [{ instanceType: 'large' }, '[0].instanceType', 'such as c5.large'],
    [{ instanceType: 'c5.large', instanceTypes: ['m5.large'] }, '[0].instanceTypes', 'not both'],
    [{ minSize: 3, maxSize: 2 }, '[0].minSize', 'minSize is 3, more than maxSize, which is 2'],
    [{ desiredCapacity: 9, maxSize: 4 }, '[0].desiredCapacity', 'it must be from minSize to maxSize, 1 to 4'],
    [{ minSize: 0, desiredCapacity: 0, maxSize: 0 }, '[0].maxSize', '1'],
    [{ taints: [{ key: 'gpu', effect: 'Never' }] }, '[0].taints[0].effect', 'one of NoSchedule, NoExecute'],
    [{ labels: { 'a b': 'c' } }, '[0].labels', 'a Kubernetes label key'],
    [{ iam: { instanceRoleARN: 'admin' } }, '[0].iam.instanceRoleARN', 'the ARN of an IAM role'],
    [{ sizes: 3 }, '[0]', 'unknown field "sizes"'],
  ])('a node group %j is refused where it stands', (group, path, message) => {
    const issues = issuesOf({ managedNodeGroups: [group] });
    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(`spec.cluster.managedNodeGroups${path}`);
    expect(issues[0]).toContain(message);
  });

  it.each([
    [{ managedNodeGroups: [{}, {}] }, 'managedNodeGroups[1].name', 'there are two node groups workers'],
    [
      { vpc: { nat: { gateway: 'Disable' } }, managedNodeGroups: [{ privateNetworking: true }] },
      'managedNodeGroups[0].privateNetworking',
      'need a NAT gateway to join',
    ],
    [{ vpc: { cidr: '10.0.0.1/16' } }, 'vpc.cidr', 'begins at its first address'],
    [{ vpc: { cidr: '10.0.0.0/8' } }, 'vpc.cidr', 'from /16 to /24'],
    [{ vpc: { publicAccessCIDRs: ['10.0.0.300/32'] } }, 'vpc.publicAccessCIDRs[0]', 'an IPv4 block'],
    [{ vpc: { nat: { gateway: 'None' } } }, 'vpc.nat.gateway', 'one of Single, HighlyAvailable, Disable'],
    [
      { vpc: { clusterEndpoints: { publicAccess: false } } },
      'vpc.clusterEndpoints',
      'no way to the API server',
    ],
    [{ iam: { serviceRoleARN: 'arn:aws:iam::1:role/a' } }, 'iam.serviceRoleARN', 'the ARN of an IAM role'],
    [
      { accessConfig: { bootstrapClusterCreatorAdminPermissions: false } },
      'accessConfig.bootstrapClusterCreatorAdminPermissions',
      'false locks everybody out',
    ],
    [
      { accessConfig: { accessEntries: [{ principalARN: 'arn:aws:iam::111122223333:root' }] } },
      'accessConfig.accessEntries[0].principalARN',
      'the ARN of an IAM role or user',
    ],
    [
      { cloudWatch: { clusterLogging: { enableTypes: ['kubelet'] } } },
      'cloudWatch.clusterLogging.enableTypes[0]',
      'one of api, audit, authenticator',
    ],
    [{ secretsEncryption: { keyARN: 'alias/eks' } }, 'secretsEncryption.keyARN', 'the ARN of a KMS key'],
    [{ addons: [{ name: 'ebs csi' }] }, 'addons[0].name', 'the name of an add-on of EKS'],
    [{ tags: { 'aws:team': 'shop' } }, 'tags', "does not begin with 'aws:'"],
  ])('%j is refused by the field of eksctl', (cluster, path, message) => {
    const issues = issuesOf(cluster);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(`spec.cluster.${path}`);
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
