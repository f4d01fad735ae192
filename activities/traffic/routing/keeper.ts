import type { Keeper } from '../../../domain/rollout.ts';
import type { KubeObject } from '../../kubernetes/index.ts';
import { type KeeperTool, keeperTools } from './keepers.ts';

/** Label that charts give their objects for the release, and Argo CD by default for its Application. */
const instanceLabel = 'app.kubernetes.io/instance';

/**
 * The tool that keeps an object as a repository or a chart has it: by its labels and annotations, else by the managers
 * that wrote its spec.
 * @param field of the spec that is the list of routes
 * @returns null where no such tool is known
 */
export function keeperOf(object: KubeObject, field: string): Keeper | null {
  const marks = marksOf(object);
  const tool =
    keeperTools.find(({ keptBy }) => keptBy(marks) !== null) ??
    keeperTools.find(({ managers }) => writersOf(object).some((writer) => managers.includes(writer)));
  return tool === undefined ? null : describe(tool, object, field);
}

/**
 * The tool that writes as a field manager; a person who edits an object that a tool keeps is not that tool.
 * @param manager as managedFields have it
 * @returns null where no tool is known to write so
 */
export function keeperNamed(manager: string, object: KubeObject, field: string): Keeper | null {
  const tool = keeperTools.find(({ managers }) => managers.includes(manager));
  return tool === undefined ? null : describe(tool, object, field);
}

function describe(found: KeeperTool, object: KubeObject, field: string): Keeper {
  const { tool, keptBy, remedy } = found;
  const marks = marksOf(object);
  const instance = tool === 'Argo CD' && marks[instanceLabel] ? `Application ${marks[instanceLabel]}` : null;
  const by = keptBy(marks) ?? instance;
  return { name: by === null ? tool : `${tool} (${by})`, remedy: remedy(object, field) };
}

function marksOf({ metadata: { labels = {}, annotations = {} } }: KubeObject) {
  return { ...labels, ...annotations };
}

/** Managers of any field of the spec. */
function writersOf({ metadata }: KubeObject): string[] {
  return (metadata.managedFields ?? []).flatMap(({ manager, fieldsV1 }) =>
    manager !== undefined && fieldsV1?.['f:spec'] !== undefined ? [manager] : [],
  );
}
