import { defaultNodeGroup } from '../defaults.ts';
import type { NodeGroupSpec } from './document.ts';
import type { GivenNodeGroup } from './schema/node-group.ts';

/**
 * Fills in what is not given; a default size gives way to a size that is.
 * @param given what the document says of the group
 */
export function completeNodeGroup(given: GivenNodeGroup = {}): NodeGroupSpec {
  const { name, instanceType, instanceTypes, ...rest } = given;
  return {
    ...defaultNodeGroup,
    ...rest,
    ...sizesOf(given),
    name: name ?? defaultNodeGroup.name,
    instanceTypes: instanceTypes ?? [instanceType ?? defaultNodeGroup.instanceTypes[0]],
    spot: given.spot ?? false,
    volumeSize: given.volumeSize ?? defaultNodeGroup.volumeSize,
    amiFamily: given.amiFamily ?? defaultNodeGroup.amiFamily,
    privateNetworking: given.privateNetworking ?? false,
  };
}

type Sizes = Pick<NodeGroupSpec, 'desiredCapacity' | 'maxSize' | 'minSize'>;

function sizesOf(given: GivenNodeGroup): Sizes {
  const preferred = given.desiredCapacity ?? defaultNodeGroup.desiredCapacity;
  const minSize = given.minSize ?? Math.min(defaultNodeGroup.minSize, preferred);
  const maxSize = given.maxSize ?? Math.max(defaultNodeGroup.maxSize, preferred, minSize);
  const desiredCapacity =
    given.desiredCapacity ?? Math.min(Math.max(defaultNodeGroup.desiredCapacity, minSize), maxSize);
  return { desiredCapacity, minSize, maxSize };
}

/**
 * The node groups of a cluster to make: the default one where the document names none.
 * @param given those of the document
 */
export function completeNodeGroups(given: readonly GivenNodeGroup[]): NodeGroupSpec[] {
  return (given.length === 0 ? [{}] : given).map(completeNodeGroup);
}
