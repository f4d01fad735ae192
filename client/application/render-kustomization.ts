import { resolve } from 'node:path';
import type { ReadObjects, SpecFile } from './spec-file.ts';
import { readRendered } from './rendered.ts';

/** Both are the same kustomize; kubectl brings it along. */
const builds = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
] as const;

/** Objects of a kustomization, by the first of kustomize and kubectl that is installed. */
export async function renderKustomization(path: string, spec: SpecFile): Promise<ReadObjects> {
  for (const [command, verb] of builds) {
    const result = await spec.context.runTool({ command, args: [verb, resolve(spec.pathOf(path))] });
    if (!result.missing) return readRendered(`${command} ${verb}`, result, 'kustomization', spec);
  }
  const message =
    'neither kustomize nor kubectl is on the PATH: install one of them (https://kubectl.docs.kubernetes.io/installation/kustomize/), or give the output of `kustomize build` as manifests';
  return { objects: [], wrong: [spec.wrongAt(['kustomization'], message)] };
}
