import { messageOf } from '../../domain/message-of.ts';
import { parseObjects } from '../../domain/spec/objects/parse-objects.ts';
import type { ReadObjects, SpecFile } from './spec-file.ts';

/** Objects of files of manifests, in the order of the files. */
export async function readManifests(paths: readonly string[], spec: SpecFile): Promise<ReadObjects> {
  const read = await Promise.all(paths.map((path, index) => readOne(path, index, spec)));
  return {
    objects: read.flatMap(({ objects }) => objects),
    wrong: read.flatMap(({ wrong }) => wrong),
  };
}

async function readOne(
  path: string,
  index: number,
  { context, pathOf, wrongAt }: SpecFile,
): Promise<ReadObjects> {
  const file = pathOf(path);
  try {
    const parsed = parseObjects(await context.readFile(file));
    if ('issues' in parsed) return { objects: [], wrong: [{ file, issues: parsed.issues }] };
    return { objects: parsed.objects, wrong: [] };
  } catch (error) {
    return {
      objects: [],
      wrong: [wrongAt(['manifests', index], `${file} cannot be read: ${messageOf(error)}`)],
    };
  }
}
