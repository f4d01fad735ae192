import { formatDuration } from '../../../domain/duration.ts';
import type { GateTarget } from '../../../domain/gates/targets.ts';
import type { PromqlGateSpec } from '../../../domain/spec/document.ts';
import { fillQuery, hasPlaceholder } from '../../../domain/spec/query-placeholders.ts';

/** The query of a gate for one target; or what it cannot be filled with. */
export type TargetQuery = { readonly query: string } | { readonly missing: string };

/** Fills a gate's query for a target; no value can end the string, or the expression, that it is put into. */
export function targetQuery(gate: PromqlGateSpec, target: GateTarget, namespace: string): TargetQuery {
  const { host, subset, labels } = target;
  const { version } = labels;
  if (version === undefined && hasPlaceholder(gate.query, 'version')) {
    return { missing: `subset ${subset} of ${host} has no label version to fill {{version}} with` };
  }
  const query = fillQuery(gate.query, {
    host: escape(host),
    subset: escape(subset),
    version: escape(version ?? ''),
    namespace: escape(namespace),
    window: formatDuration(gate.window),
  });
  return { query };
}

/**
 * Escapes by number what has a meaning in PromQL. `\x22` reads the same in strings of both quotes, where `\"` is an
 * error in the one and `\'` in the other; names of Kubernetes need none of it.
 */
function escape(value: string): string {
  return value.replace(
    /[^\w.\-\u0080-\uffff]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
