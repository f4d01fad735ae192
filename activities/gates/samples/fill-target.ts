import type { GateTarget } from '../../../domain/gates/targets.ts';
import { fillQuery, hasPlaceholder } from '../../../domain/spec/query-placeholders.ts';

/** What placeholders of a query stand for. */
export interface Filling {
  readonly target: GateTarget;
  readonly namespace: string;
  /** As the queried system writes it. */
  readonly window: string;
}

/** A text with its placeholders filled in as they are: names and labels of Kubernetes end no text of a cloud's queries. */
export function fillTarget(text: string, { target, namespace, window }: Filling): string {
  const { host, subset, labels } = target;
  return fillQuery(text, { host, subset, version: labels.version ?? '', namespace, window });
}

/** What a text asks for and a target does not have; null for nothing. */
export function unfilled(text: string, { host, subset, labels }: GateTarget): string | null {
  return labels.version === undefined && hasPlaceholder(text, 'version')
    ? `subset ${subset} of ${host} has no label version to fill {{version}} with`
    : null;
}
