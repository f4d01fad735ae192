import { messageOf } from '../../../domain/message-of.ts';
import { failedSample, inconclusiveSample, type Sample } from '../../../domain/gates/sample.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { RestartsGateSpec } from '../../../domain/spec/document.ts';
import { describeRef, type ContainerStatus, type Pod } from '../../kubernetes/index.ts';
import { podsOfSubset } from '../../traffic/service-pods.ts';
import type { StageSource } from './source.ts';

/** Containers that a reason names. */
const named = 3;

/**
 * Judges how often containers of a subset's pods have ended since the shift. A pod tells the latest end of each container:
 * one that has ended several times since counts once for each restart that this is sure of.
 */
export async function sampleRestarts(
  { podsOf, since, signal }: StageSource,
  { max }: RestartsGateSpec,
  { host, subset, labels }: GateTarget,
): Promise<Sample> {
  try {
    const pods = await podsOf(host);
    if (pods === null) return inconclusiveSample(null, `the pods of ${host} are not known`);
    const own = podsOfSubset(pods, { name: subset, labels });
    if (own.length === 0) return inconclusiveSample(null, `${host} ${subset} has no pods to look at`);
    const ended = own.flatMap((pod) => endsOf(pod, since));
    const value = ended.length;
    const which = value === 0 ? '' : `: ${ended.slice(0, named).join('; ')}`;
    const reason = `${value} restarts of ${host} ${subset} since the shift (maximum ${max})${which}`;
    return { verdict: value > max ? 'fail' : 'pass', value, requests: null, reason };
  } catch (error) {
    signal.throwIfAborted();
    return failedSample(messageOf(error));
  }
}

/** The containers of a pod that have ended since a time (epoch ms), each with how. */
function endsOf(pod: Pod, since: number): string[] {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses].flatMap((status) =>
    endOf(status, since).map(
      (how) => `${describeRef({ kind: 'pod', ...pod.metadata })}, container ${status.name}: ${how}`,
    ),
  );
}

/** An init container that ended well has done its work. */
function endOf({ state, lastState }: ContainerStatus, since: number): string[] {
  return [state?.terminated, lastState?.terminated].flatMap((end) => {
    if (end?.finishedAt === undefined || Date.parse(end.finishedAt) < since) return [];
    if (end === state?.terminated && end.exitCode === 0) return [];
    return [[`ended with exit code ${end.exitCode}`, end.reason].filter(Boolean).join(', ')];
  });
}
