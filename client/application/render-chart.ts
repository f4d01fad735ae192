import { resolve } from 'node:path';
import { withoutHooks } from '../../domain/spec/objects/hooks.ts';
import type { ParsedChart } from '../../domain/spec/schema/application.ts';
import type { ReadObjects, SpecFile } from './spec-file.ts';
import { readRendered } from './rendered.ts';

/** Objects of a Helm chart, by `helm template`. */
export async function renderChart(chart: ParsedChart, spec: SpecFile): Promise<ReadObjects> {
  // Values of the spec itself count more than those of its files; helm takes JSON as YAML.
  const input = chart.values === undefined ? undefined : JSON.stringify(chart.values);
  const args = chartArguments(chart, spec);
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

/** Arguments of helm for a chart. */
export function chartArguments(
  chart: ParsedChart,
  { pathOf, name, namespace }: Omit<SpecFile, 'context' | 'wrongAt'>,
): string[] {
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
    ...valuesFiles.flatMap((file) => ['--values', resolve(pathOf(file))]),
    ...(values === undefined ? [] : ['--values', '-']),
  ];
}
