import type { Drift } from '../../domain/rollout.ts';
import { formatWeights } from '../../domain/weights.ts';

/** A change of weights by somebody else, in a line. */
export function formatDrift({ host, object, manager, keeper, found, reasserted }: Drift): string {
  const left = found === null ? `no route to ${host}` : formatWeights({ [host]: found });
  const writer = keeper === null ? manager : `${keeper.name}, ${manager},`;
  return `drift: ${writer} changed ${object} to ${left}${reasserted ? ', put back' : ', left as it is'}`;
}
