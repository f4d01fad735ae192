import { defaultNodeGroup } from '../defaults.ts';
import type { GivenNodeGroup, NodeGroupSpec } from './document.ts';

/** Fills in what is not given; a default size gives way to a size that is. */
export function completeNodeGroup(given: GivenNodeGroup = {}): NodeGroupSpec {
  const preferred = given.desired ?? defaultNodeGroup.desired;
  const min = given.min ?? Math.min(defaultNodeGroup.min, preferred);
  const max = given.max ?? Math.max(defaultNodeGroup.max, preferred, min);
  return {
    name: given.name ?? defaultNodeGroup.name,
    instanceType: given.instanceType ?? defaultNodeGroup.instanceType,
    desired: given.desired ?? Math.min(Math.max(defaultNodeGroup.desired, min), max),
    min,
    max,
    volumeSize: given.volumeSize ?? defaultNodeGroup.volumeSize,
  };
}
