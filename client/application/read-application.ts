/** The objects of an application that a spec names by files: its own manifests, or what kustomize and helm make. */
import { dirname, isAbsolute, join } from 'node:path';
import { defaultNamespace } from '../../domain/defaults.ts';
import { namedApplication } from '../../domain/spec/objects/inline.ts';
import type { ParsedApplication } from '../../domain/spec/schema/application.ts';
import { dnsLabel } from '../../domain/spec/fields.ts';
import { placeFinding } from '../../domain/spec/place.ts';
import { readSource } from '../../domain/spec/source.ts';
import { isMapping } from '../../domain/spec/templates/mapping.ts';
import type { Context } from '../context.ts';
import { readManifests } from './read-manifests.ts';
import { renderChart } from './render-chart.ts';
import { renderKustomization } from './render-kustomization.ts';
import type { ReadObjects, SpecFile } from './spec-file.ts';

/** Reads what the application of a spec consists of; null where it names no files, or is wrong itself. */
export async function readApplication(
  context: Context,
  file: string,
  text: string,
): Promise<ReadObjects | null> {
  const source = readSource(text);
  if ('issues' in source) return null;
  const application = namedApplication(source.value);
  if (application === null) return null;
  return await readNamed(application, {
    context,
    pathOf: (path) => (isAbsolute(path) ? path : join(dirname(file), path)),
    wrongAt: (path, message) => ({
      file,
      issues: [placeFinding({ path: ['spec', 'application', ...path], message }, source)],
    }),
    name: labelAt(source.value, 'metadata', 'name'),
    namespace: labelAt(source.value, 'spec', 'namespace', defaultNamespace),
  });
}

async function readNamed(
  { manifests, kustomization, chart }: ParsedApplication,
  spec: SpecFile,
): Promise<ReadObjects> {
  if (chart !== undefined) return await renderChart(chart, spec);
  if (kustomization !== undefined) return await renderKustomization(kustomization, spec);
  return await readManifests(manifests ?? [], spec);
}

/** The document has not been validated yet, and what programs get must not begin with a dash. */
function labelAt(value: unknown, section: string, field: string, otherwise?: string): string | null {
  const inner = isMapping(value) ? value[section] : null;
  const { success, data } = dnsLabel.safeParse((isMapping(inner) ? inner[field] : undefined) ?? otherwise);
  return success ? data : null;
}
