/** The objects of an application that a spec names by files: its own manifests, or what kustomize and helm make. */
import { dirname, isAbsolute, join } from 'node:path';
import { namedApplication } from '../../domain/spec/objects/inline.ts';
import type { ParsedApplication } from '../../domain/spec/schema/application.ts';
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
    name: textAt(source.value, 'metadata', 'name') ?? 'rollout',
    namespace: textAt(source.value, 'spec', 'namespace') ?? 'default',
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

function textAt(value: unknown, section: string, field: string): string | null {
  const inner = isMapping(value) ? value[section] : null;
  const found = isMapping(inner) ? inner[field] : null;
  return typeof found === 'string' ? found : null;
}
