import type { Pod } from '../api/models.ts';

/** A label's value may not be longer. */
const longestLabel = 63;

/** Value of the label that names one pod: its name, or its uid where the name is too long for a label. */
export function podLabelValue(pod: Pod): string {
  const { name = '', uid = '' } = pod.metadata ?? {};
  return name.length <= longestLabel ? name : uid;
}
