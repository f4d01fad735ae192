/** What a `Rollout` installs before its stages. */
import * as z from 'zod';
import { findMinor, istioMinors, istioSupportPage } from '../../istio.ts';
import { addonNames } from '../../addons.ts';
import { flag, line, listOf, mapping, oneOf } from '../fields.ts';
import { listNames } from '../list-names.ts';
import { show } from '../show.ts';

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
  .regex(/^[^\s=-][^\s=]{0,252}$/, { error: 'a path of an Istio value, without spaces and =' });
const setValue = z.union([line('text'), z.number(), z.boolean()], { error: 'text, a number, true or false' });

const minors = istioMinors.map(({ minor }) => minor).join(', ');

const version = z
  .string({ error: `a version of Istio in quotes, such as "${istioMinors[0].minor}"` })
  .regex(/^\d+\.\d+(\.\d+)?$/, { error: `a version of Istio, such as "${istioMinors[0].minor}"` })
  .refine((given) => findMinor(given) !== undefined, {
    error: ({ input }) =>
      `Istio ${show(input)} is not supported; one of ${minors}, or a patch of these (${istioSupportPage})`,
  });

/** As `istioctl install --filename` takes it; what its spec says is for istioctl to judge. */
const operator = mapping('an IstioOperator', {
  apiVersion: z.literal('install.istio.io/v1alpha1', { error: 'install.istio.io/v1alpha1' }),
  kind: z.literal('IstioOperator', { error: 'IstioOperator' }),
  metadata: z.record(z.string(), z.unknown(), { error: 'a mapping' }).optional(),
  spec: z.looseObject({ profile: profile.optional() }, { error: 'a mapping' }).optional(),
});

export const mesh = mapping('a mesh', {
  version: version.optional(),
  profile: profile.optional(),
  operator: operator.optional(),
  upgrade: flag.default(false),
  set: z
    .record(setKey, setValue, { error: 'a mapping of Istio values' })
    .transform((values) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])),
    )
    .default({}),
}).superRefine(({ upgrade, version: wanted }, context) => {
  if (!upgrade || wanted !== undefined) return;
  const message = 'upgrade: true means nothing without the version to upgrade to: name mesh.version';
  context.addIssue({ code: 'custom', path: ['upgrade'], message });
});

export type ParsedMesh = z.output<typeof mesh>;

const addon = oneOf(addonNames);

/** Add-ons to install, all of them by default, and which of these to expose. */
export const addons = mapping('add-ons', {
  install: listOf('add-ons', addon).default([...addonNames]),
  expose: listOf('add-ons', addon, 0).default([]),
}).superRefine(({ install, expose }, context) => {
  expose.forEach((name, index) => {
    if (install.includes(name)) return;
    const message = `${show(name)} is not installed: add it to addons.install (${listNames(install)}), or leave it out`;
    context.addIssue({ code: 'custom', path: ['expose', index], message });
  });
});
