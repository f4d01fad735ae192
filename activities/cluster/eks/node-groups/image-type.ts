import { DescribeInstanceTypesCommand, type InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../../../domain/failure.ts';
import type { NodeGroupSpec } from '../../../../domain/spec/document.ts';
import { ask } from '../../../aws/call.ts';
import type { AwsClients } from '../../../aws/clients.ts';

/** What an image has to support. */
type Hardware =
  'arm64' | 'arm64 with NVIDIA GPUs' | 'x86_64' | 'x86_64 with NVIDIA GPUs' | 'x86_64 with Neuron';

/** EKS's names of images (`AMITypes` of its API). */
const images: Readonly<Record<NodeGroupSpec['amiFamily'], Partial<Record<Hardware, string>>>> = {
  AmazonLinux2023: {
    arm64: 'AL2023_ARM_64_STANDARD',
    'arm64 with NVIDIA GPUs': 'AL2023_ARM_64_NVIDIA',
    x86_64: 'AL2023_x86_64_STANDARD',
    'x86_64 with NVIDIA GPUs': 'AL2023_x86_64_NVIDIA',
    'x86_64 with Neuron': 'AL2023_x86_64_NEURON',
  },
  Bottlerocket: {
    arm64: 'BOTTLEROCKET_ARM_64',
    'arm64 with NVIDIA GPUs': 'BOTTLEROCKET_ARM_64_NVIDIA',
    x86_64: 'BOTTLEROCKET_x86_64',
    'x86_64 with NVIDIA GPUs': 'BOTTLEROCKET_x86_64_NVIDIA',
  },
};

/**
 * EKS's name of the image for a node group, by what EC2 says of its instance types.
 * @param aws clients of the cluster's region
 * @param group the node group
 * @throws ApplicationFailure `InvalidTarget` for types that no image fits, or that need different ones
 */
export async function imageTypeOf({ ec2 }: Pick<AwsClients, 'ec2'>, group: NodeGroupSpec): Promise<string> {
  const { name, instanceTypes, amiFamily } = group;
  const command = new DescribeInstanceTypesCommand({ InstanceTypes: [...instanceTypes] as never[] });
  const words = `describe the instance types of node group ${name}`;
  const { InstanceTypes = [] } = await ask(words, (options) => ec2.send(command, options));
  const [kind, ...others] = new Set(InstanceTypes.map(hardwareOf));
  if (others.length > 0) throw unfit(name, `needs one image, its types are ${describe(InstanceTypes)}`);
  const image = kind === undefined ? undefined : images[amiFamily][kind];
  if (image === undefined)
    throw unfit(name, `${amiFamily} has no image for ${describe(InstanceTypes) || instanceTypes.join(', ')}`);
  return image;
}

function hardwareOf({ ProcessorInfo, GpuInfo, NeuronInfo }: InstanceTypeInfo): Hardware {
  const isArm = ProcessorInfo?.SupportedArchitectures?.includes('arm64') === true;
  const hasGpus = GpuInfo?.Gpus?.some(({ Manufacturer }) => Manufacturer === 'NVIDIA') === true;
  if (isArm) return hasGpus ? 'arm64 with NVIDIA GPUs' : 'arm64';
  if (hasGpus) return 'x86_64 with NVIDIA GPUs';
  return (NeuronInfo?.NeuronDevices ?? []).length > 0 ? 'x86_64 with Neuron' : 'x86_64';
}

function describe(types: readonly InstanceTypeInfo[]): string {
  return types.map((info) => `${info.InstanceType} (${hardwareOf(info)})`).join(', ');
}

function unfit(name: string, reason: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `cluster.managedNodeGroups: node group ${name}: ${reason}`,
    FailureType.invalidTarget,
  );
}
