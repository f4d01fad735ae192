import { resolve } from 'node:path';
import { messageOf } from '../../domain/message-of.ts';
import { withoutHooks } from '../../domain/spec/objects/hooks.ts';
import type { ParsedChart } from '../../domain/spec/schema/application.ts';
import type { WrongFile } from '../commands/read-templates.ts';
import type { ReadObjects, SpecFile } from './spec-file.ts';
import { readRendered } from './rendered.ts';

/** Objects of a Helm chart, by `helm template`. */
export async function renderChart(chart: ParsedChart, spec: SpecFile): Promise<ReadObjects> {
  const { name, namespace } = spec;
  if (name === null || namespace === null) {
    const message =
      'is not rendered: metadata.name and spec.namespace, which helm is given, must be right first';
    return { objects: [], wrong: [spec.wrongAt(['chart'], message)] };
  }
  const unread = await unreadable(chart.valuesFiles, spec);
  if (unread.length > 0) return { objects: [], wrong: unread };
  // Values of the spec itself count more than those of its files; helm takes JSON as YAML.
  const input = chart.values === undefined ? undefined : JSON.stringify(chart.values);
  const args = chartArguments(chart, { name, namespace, pathOf: spec.pathOf });
  const result = await spec.context.runTool({
    command: 'helm',
    args,
    ...(input === undefined ? {} : { input }),
  });
  if (!result.missing) return readRendered('helm template', result, 'chart', spec, withoutHooks);
  const message =
    'helm is not on the PATH: install it (https://helm.sh/docs/intro/install/), or give the output of `helm template` as manifests';
  return { objects: [], wrong: [spec.wrongAt(['chart'], message)] };
}

/** Helm would wait for a pipe, and read a device until its memory ends. */
async function unreadable(
  files: readonly string[],
  { context, pathOf, wrongAt }: SpecFile,
): Promise<WrongFile[]> {
  const read = await Promise.allSettled(files.map((file) => context.readFile(pathOf(file))));
  return read.flatMap((one, index) => {
    if (one.status === 'fulfilled') return [];
    const message = `${pathOf(files[index] ?? '')} cannot be read: ${messageOf(one.reason)}`;
    return [wrongAt(['chart', 'valuesFiles', index], message)];
  });
}

interface NamedRelease {
  readonly name: string;
  readonly namespace: string;
  readonly pathOf: SpecFile['pathOf'];
}

/** Arguments of helm for a chart; none but its own begin with a dash. */
export function chartArguments(chart: ParsedChart, { pathOf, name, namespace }: NamedRelease): string[] {
  const { path, ref, repo, version, values, valuesFiles } = chart;
  const place = path === undefined ? (ref ?? chart.name ?? '') : resolve(pathOf(path));
  return [
    'template',
    chart.releaseName ?? name,
    place,
    ...(repo === undefined ? [] : ['--repo', repo]),
    ...(version === undefined ? [] : ['--version', version]),
    '--namespace',
    namespace,
    '--include-crds',
    ...valuesFiles.flatMap((file) => ['--values', csvField(resolve(pathOf(file)))]),
    ...(values === undefined ? [] : ['--values', '-']),
  ];
}

/** Helm reads `--values` as a line of CSV, in which a comma would begin another file, or an address to fetch. */
function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
