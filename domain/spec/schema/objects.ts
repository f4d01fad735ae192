/** Objects of Kubernetes in a document: what has to be known of each to apply and to remove it. */
import * as z from 'zod';
import { maxObjectCharacters, maxObjects } from '../../defaults.ts';
import { dnsLabel } from '../fields.ts';
import { show } from '../show.ts';

const text = (what: string) => z.string({ error: what }).regex(/^[^\s/][^\s]{0,252}$/, { error: what });

const metadata = z.looseObject(
  {
    name: text('the name of an object (generateName would be another one at each attempt)'),
    namespace: dnsLabel.optional(),
  },
  { error: 'a mapping with name' },
);

/** An object as its author wrote it. */
export const object = z
  .looseObject(
    {
      apiVersion: text('the version of an API, such as apps/v1'),
      kind: text('the kind of an object, such as Deployment'),
      metadata,
    },
    { error: 'an object of Kubernetes: a mapping with apiVersion, kind, metadata' },
  )
  .superRefine(({ kind, metadata: { name }, data, stringData }, context) => {
    if (kind !== 'Secret' || (data === undefined && stringData === undefined)) return;
    const message = `${secretWords} (Secret ${show(name)})`;
    context.addIssue({ code: 'custom', path: ['kind'], message });
  });

const secretWords =
  'a Secret with data must not be part of a rollout, which is kept in the history: have it in the cluster before, or let a controller make it, such as External Secrets';

export type ParsedObject = z.output<typeof object>;

const listError = `a list of 1 to ${maxObjects} objects`;

/** The objects of an application, each once, and not more than a history takes. */
export const objects = z
  .array(object, { error: listError })
  .min(1, { error: listError })
  .max(maxObjects, { error: listError })
  .superRefine((list, context) => {
    const size = JSON.stringify(list).length;
    if (size > maxObjectCharacters) context.addIssue({ code: 'custom', message: tooLarge(size) });
    list.forEach((one, index) => {
      const first = list.findIndex((other) => keyOf(other) === keyOf(one));
      if (first === index) return;
      const message = `${describe(one)} is there twice, first as object ${first + 1}`;
      context.addIssue({ code: 'custom', path: [index], message });
    });
  });

function tooLarge(size: number): string {
  return `the objects have ${size} characters as JSON, at most ${maxObjectCharacters} are allowed, as they are kept in the history: apply what seldom changes, such as CustomResourceDefinitions, before the rollout`;
}

/** Versions of one API group are ways to write the same object. */
function keyOf({ apiVersion, kind, metadata: { namespace, name } }: ParsedObject): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return JSON.stringify([group, kind, namespace ?? '', name]);
}

function describe({ kind, metadata: { namespace, name } }: ParsedObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
