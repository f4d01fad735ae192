/** Services of add-ons that were there, opened to the outside and closed again. */
import { ApplicationFailure } from '@temporalio/activity';
import { addons, serviceOf, type AddonName } from '../../../domain/addons.ts';
import { FailureType } from '../../../domain/failure.ts';
import type { ObjectRef } from '../../../domain/rollout.ts';
import type { ClusterClient } from '../../kubernetes/client.ts';
import { describeRef, type Service } from '../../kubernetes/object.ts';
import { currentMark } from '../../kubernetes/ownership.ts';

/** On a Service: which run exposed it, and of which type it was before. */
const exposedBy = 'sluice.dev/exposed-by';
const exposedFrom = 'sluice.dev/exposed-from';

/** Turns the Service of an add-on into a LoadBalancer; true when this run did that, in whichever attempt. */
export async function exposeService(client: ClusterClient, name: AddonName): Promise<boolean> {
  const ref = serviceOf(name);
  const service = await client.read<Service>(ref);
  if (service === null) {
    const message = `there is no ${describeRef(ref)} to expose, though Deployment ${addons[name].deployment} is there`;
    throw ApplicationFailure.nonRetryable(message, FailureType.invalidTarget);
  }
  if (service.spec.type === 'LoadBalancer')
    return service.metadata.annotations?.[exposedBy] === currentMark();
  const annotations = { [exposedBy]: currentMark(), [exposedFrom]: service.spec.type ?? 'ClusterIP' };
  await client.merge(ref, { metadata: { annotations }, spec: { type: 'LoadBalancer' } });
  return true;
}

/** Whether this run turned the Service into a LoadBalancer. */
export async function isExposedHere(client: ClusterClient, ref: ObjectRef): Promise<boolean> {
  const service = await client.read<Service>(ref);
  return service?.metadata.annotations?.[exposedBy] === currentMark();
}

/** Gives an exposed Service the type back that it had; one that is gone, or was changed since, is left as it is. */
export async function concealService(client: ClusterClient, ref: ObjectRef): Promise<void> {
  const service = await client.read<Service>(ref);
  const type = service?.metadata.annotations?.[exposedFrom];
  if (type === undefined) return;
  const annotations = { [exposedBy]: null, [exposedFrom]: null };
  await client.merge(ref, { metadata: { annotations }, spec: { type } });
}
