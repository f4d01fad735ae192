import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { parseAllDocuments } from 'yaml';
import { addons, type AddonName } from '../../../domain/addons.ts';
import { FailureType } from '../../../domain/failure.ts';
import { istioNamespace } from '../../../domain/istio.ts';
import { messageOf } from '../../../domain/message-of.ts';
import type { KubeObject } from '../../kubernetes/object.ts';

/** Objects of an add-on as a release has them; its own Service is of type LoadBalancer where it is to be exposed. */
export async function readAddon(
  directory: string,
  name: AddonName,
  isExposed: boolean,
): Promise<KubeObject[]> {
  const file = join(directory, `${name}.yaml`);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unusable(file, messageOf(error));
  });
  const documents = parseAllDocuments(text);
  const wrong = documents.flatMap(({ errors }) => errors)[0];
  if (wrong !== undefined) throw unusable(file, wrong.message);
  const objects = documents.map((document) => document.toJS() as KubeObject | null);
  const present = objects.filter((object) => object !== null);
  return isExposed ? present.map((object) => expose(object, addons[name].service)) : present;
}

function expose(object: KubeObject, service: string): KubeObject {
  const { kind, metadata } = object;
  if (kind !== 'Service' || metadata.name !== service || metadata.namespace !== istioNamespace) return object;
  const { spec } = object as KubeObject & { spec: object };
  return { ...object, spec: { ...spec, type: 'LoadBalancer' } } as KubeObject;
}

function unusable(file: string, reason: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `the manifest of the add-on, ${file}, cannot be used: ${reason}`,
    FailureType.toolMissing,
  );
}
