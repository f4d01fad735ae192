/** What a `Rollout` installs before its stages. */
import * as z from 'zod';
import { findMinor, istioMinors, istioSupportPage } from '../../istio.ts';
import { addonNames } from '../../addons.ts';
import { flag, line, listOf, mapping, oneOf } from '../fields.ts';
import { listNames } from '../list-names.ts';
import { show } from '../show.ts';

const sidecarProfile = oneOf(['default', 'demo', 'minimal', 'openshift', 'preview', 'stable']);

/** Istio's own profiles that install a control plane for sidecars. */
const profile = z
  .unknown()
  .refine((given) => given !== 'ambient' && given !== 'openshift-ambient', {
    error: ({ input }) =>
      `profile ${show(input)} has no sidecars that weights could be followed in: name one of another kind, such as "demo"`,
    abort: true,
  })
  .pipe(sidecarProfile);

const setKey = z
  .string()
  .regex(/^[^\s=-][^\s=]{0,252}$/, { error: 'a path of an Istio value, without spaces and =' });
/** One `--set` of istioctl. */
export const setting = z
  .string({ error: 'a value, as in meshConfig.enableAutoMtls=false' })
  .regex(/^[^\s=-][^\s=]{0,252}=[^\n\r]{0,4096}$/, {
    error: 'a value, as in meshConfig.enableAutoMtls=false',
  });

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

/** A label's value in `istio.io/rev`; short enough for the record of who installed it. */
export const revision = z
  .string({ error: 'the name of a revision, such as "canary"' })
  .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, {
    error: 'the name of a revision: at most 40 of a-z, 0-9 and "-", such as "canary" or "1-31"',
  });

export const mesh = mapping('a mesh', {
  version: version.optional(),
  revision: revision.optional(),
  profile: profile.optional(),
  operator: operator.optional(),
  upgrade: flag.default(false),
  set: z
    .record(setKey, setValue, { error: 'a mapping of Istio values' })
    .transform((values) =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)])),
    )
    .default({}),
}).superRefine(({ upgrade, version: wanted, set, operator: given }, context) => {
  const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (upgrade && wanted === undefined)
    refuse(['upgrade'], 'upgrade: true means nothing without the version to upgrade to: name mesh.version');
  for (const name of ['revision', 'profile'] as const) {
    const message = `what is installed is known by mesh.${name}: name it there, and leave it out here`;
    if (name in set) refuse(['set', name], message);
  }
  if (given?.spec?.revision !== undefined)
    refuse(
      ['operator', 'spec', 'revision'],
      'what is installed is known by mesh.revision: name it there, and leave it out here',
    );
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
