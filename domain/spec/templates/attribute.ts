/** Mistakes in gates that the document does not write out itself. */
import type { Finding } from '../issues.ts';
import type { GateTemplate } from '../schema/gate-template.ts';
import { listNames } from '../list-names.ts';
import { show } from '../show.ts';
import type { Expanded } from './expand.ts';
import { isMapping } from './mapping.ts';
import { findPlaces } from './placeholders.ts';

/**
 * Names the template, and the arguments, that a mistake comes from.
 * @returns nothing for a mistake in a gate that could not be made: what is wrong with its use is told already
 */
export function attribute(finding: Finding, expanded: readonly Expanded[]): Finding[] {
  const made = expanded.find(({ path }) => isWithin(finding.path, path));
  if (made === undefined) return [finding];
  if (made.template === null) return [];
  const inner = finding.path.slice(made.path.length);
  const [field] = inner;
  if (field !== undefined && Object.hasOwn(made.use, field)) return [finding];
  return [{ ...finding, message: `${finding.message} (${origin(made.template, inner)})` }];
}

function isWithin(path: readonly PropertyKey[], outer: readonly PropertyKey[]): boolean {
  return outer.every((segment, index) => path[index] === segment);
}

function origin({ name, gate }: GateTemplate, inner: readonly PropertyKey[]): string {
  const args = [...new Set(findPlaces(textAt(gate, inner)).flatMap((place) => place.args))];
  const by = args.length === 0 ? '' : `, argument ${listNames(args)}`;
  return `gate template ${show(name)}${by}`;
}

/** The text at a path, or the one on the way to it that an argument replaced as a whole. */
function textAt(value: unknown, path: readonly PropertyKey[]): string {
  let found = value;
  for (const segment of path) {
    if (Array.isArray(found)) found = found[Number(segment)];
    else if (isMapping(found)) found = found[String(segment)];
    else break;
  }
  return typeof found === 'string' ? found : '';
}
