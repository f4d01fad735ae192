import { describe, expect, it } from '@jest/globals';
import { clusterStackName } from '../../../domain/eks.ts';
import { clusterTemplate } from '../../../manifests/eks/cluster-stack.ts';
import { nodeGroupTemplate } from '../../../manifests/eks/node-group-stack.ts';
import type { Template } from '../../../manifests/eks/template.ts';
import { lintTemplate } from '../../support/aws/cfn-lint.ts';
import { toolTimeout } from '../../support/tools.ts';

const nodes = { desired: 2, min: 1, max: 4, volumeSize: 80 };

function clusterIn(region: string, letters: string): Template {
  return clusterTemplate({
    name: 'ekslab',
    version: '1.35',
    zones: Array.from(letters, (one) => region + one),
  });
}

function nodesOf(instanceType: string): Template {
  return nodeGroupTemplate({ cluster: 'ekslab', name: 'workers', instanceType, ...nodes });
}

/** Every value of a key, wherever it stands. */
function valuesOf(key: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([name, one]) => [
    ...(name === key ? [one] : []),
    ...valuesOf(key, one),
  ]);
}

describe('the stacks of an EKS cluster', () => {
  it.each<[string, string, Template]>([
    ['a cluster in two zones', 'us-west-1', clusterIn('us-west-1', 'ac')],
    ['a cluster in three zones', 'eu-central-1', clusterIn('eu-central-1', 'abc')],
    ['nodes of Intel', 'us-west-1', nodesOf('c5.large')],
    ['nodes of Graviton', 'eu-central-1', nodesOf('m7g.large')],
  ])(
    'are right for CloudFormation: %s',
    async (_words, region, template) => {
      expect(await lintTemplate(template, region)).toEqual([]);
    },
    toolTimeout,
  );

  it('list what a resource depends on, as eksctl reads it', () => {
    const dependencies = valuesOf('DependsOn', clusterIn('us-west-1', 'ac'));
    expect(dependencies).toEqual([['VPCGatewayAttachment'], ['VPCGatewayAttachment']]);
  });

  it('have as many resources as eksctl makes', () => {
    expect(Object.keys(clusterIn('us-west-1', 'ac').Resources)).toHaveLength(26);
    expect(Object.keys(nodesOf('c5.large').Resources)).toHaveLength(3);
  });

  it.each(['ac', 'abc'])('divide the network without overlap: zones %s', (letters) => {
    const { VPC, ...parts } = clusterIn('us-west-1', letters).Resources;
    expect(VPC?.Properties).toMatchObject({ CidrBlock: '192.168.0.0/16' });
    const blocks = valuesOf('CidrBlock', parts) as string[];
    expect(new Set(blocks).size).toBe(2 * letters.length);
    for (const block of blocks) expect(block).toMatch(/^192\.168\.(0|32|64|96|128|160|192|224)\.0\/19$/);
  });

  it('name for import what the cluster exports', () => {
    const exported = valuesOf('Export', clusterIn('us-west-1', 'ac').Outputs).flatMap((one) =>
      valuesOf('Fn::Sub', one),
    );
    const names = exported.map((one) => String(one).replace('${AWS::StackName}', clusterStackName('ekslab')));
    const imports = valuesOf('Fn::ImportValue', nodesOf('c5.large'));
    expect(imports.length).toBeGreaterThan(0);
    expect(names).toEqual(expect.arrayContaining(imports));
  });

  it.each([
    ['c5.large', 'AL2023_x86_64_STANDARD'],
    ['m7g.large', 'AL2023_ARM_64_STANDARD'],
    ['c7gn.xlarge', 'AL2023_ARM_64_STANDARD'],
    ['g5.xlarge', 'AL2023_x86_64_NVIDIA'],
  ])('start %s from %s', (instanceType, image) => {
    expect(valuesOf('AmiType', nodesOf(instanceType))).toEqual([image]);
  });
});
