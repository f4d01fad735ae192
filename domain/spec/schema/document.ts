/** The shape of a document. What its parts mean for each other is in `checks/`. */
import * as z from 'zod';
import { dnsLabel, mapping, oneOf } from '../fields.ts';
import { delivery } from './delivery.ts';
import { gateTemplates } from './gate-template.ts';
import { application } from './application.ts';
import { addons, mesh } from './installation.ts';

const apiVersion = 'sluice.dev/v1alpha1';
const kinds = ['Rollout', 'Canary'] as const;

const version = z.literal(apiVersion, { error: apiVersion });

const deliverySpec = mapping('a spec', delivery);

const rolloutSpec = mapping('a spec', {
  ...delivery,
  mesh: mesh.prefault({}),
  addons: addons.optional(),
  application,
  onFailure: oneOf(['keep', 'remove']).default('keep'),
});

function documentOf<K extends z.ZodType, S extends z.ZodType>(kind: K, spec: S) {
  const metadata = mapping('metadata', { name: dnsLabel });
  return mapping('a document', { apiVersion: version, kind, metadata, spec });
}

/** Schema of each kind. */
export const documents = {
  Rollout: documentOf(z.literal('Rollout'), rolloutSpec),
  Canary: documentOf(z.literal('Canary'), deliverySpec),
};

/** Checks as much as can be said of a document whose kind nobody knows. */
export const anyDocument = documentOf(oneOf(kinds), rolloutSpec.partial({ application: true }));

/** A file of gate templates that specs share. */
export const templatesDocument = mapping('a file of gate templates', {
  apiVersion: version,
  kind: z.literal('GateTemplates', { error: 'GateTemplates' }),
  templates: gateTemplates,
});

export type ParsedDelivery = z.output<typeof deliverySpec>;
export type ParsedDocument = z.output<(typeof documents)[keyof typeof documents]>;
