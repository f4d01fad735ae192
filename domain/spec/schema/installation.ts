/** What a `Rollout` installs before its stages. */
import * as z from 'zod';
import * as defaults from '../../defaults.ts';
import { line, mapping, oneOf } from '../fields.ts';

/** Istio's own profiles that install a control plane. */
const profile = oneOf([
  'ambient',
  'default',
  'demo',
  'minimal',
  'openshift',
  'openshift-ambient',
  'preview',
  'stable',
]);

const setKey = z
  .string()
  .regex(/^[^\s=]{1,253}$/, { error: 'a path of an Istio value, without spaces and =' });
const setValue = z.union([line('text'), z.number(), z.boolean()], { error: 'text, a number, true or false' });

export const mesh = mapping('a mesh', {
  profile: profile.default(defaults.defaultMeshProfile),
  set: z
    .record(setKey, setValue, { error: 'a mapping of Istio values' })
    .transform((values) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])),
    )
    .default({}),
});

export const application = mapping('an application', { bundle: oneOf(['bookinfo']) });
