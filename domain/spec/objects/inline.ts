/** What an application's files give, put into the document in their place. */
import type { ApplicationObject } from '../application.ts';
import type { Finding } from '../issues.ts';
import { application, fileSources } from '../schema/application.ts';
import type { ParsedApplication } from '../schema/application.ts';
import { isMapping, type Mapping, without } from '../templates/mapping.ts';

/** The document with objects instead of the files that they came from. */
export function inlineObjects(value: unknown, objects: readonly ApplicationObject[] | null): unknown {
  const given = applicationOf(value);
  if (objects === null || given === null) return value;
  const { spec } = value as { spec: Mapping };
  return {
    ...(value as Mapping),
    spec: { ...spec, application: { ...without(given, fileSources), objects } },
  };
}

/** A mistake in objects is one of the field that they came from, as far as the document's text goes. */
export function withSource(finding: Finding, value: unknown): Finding {
  const [spec, part, field] = finding.path;
  if (spec !== 'spec' || part !== 'application' || field !== 'objects') return finding;
  const given = applicationOf(value);
  const source = fileSources.find((name) => given !== null && Object.hasOwn(given, name));
  return source === undefined ? finding : { ...finding, path: ['spec', 'application', source] };
}

/** What a document says of its application, where that names files and is right. */
export function namedApplication(value: unknown): ParsedApplication | null {
  const { success, data } = application.safeParse(applicationOf(value));
  return success && fileSources.some((field) => data[field] !== undefined) ? data : null;
}

function applicationOf(value: unknown): Mapping | null {
  const spec = isMapping(value) && isMapping(value.spec) ? value.spec : {};
  return isMapping(spec.application) ? spec.application : null;
}
