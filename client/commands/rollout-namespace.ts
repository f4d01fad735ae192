import { resolveDocument } from '../../domain/spec/resolve.ts';
import type { Execution, Session } from '../connection/session.ts';
import { failure } from '../errors.ts';

/** Namespace that a rollout is about. The run's own argument tells it, whatever has become of the file. */
export async function rolloutNamespace(session: Session, rollout: Execution): Promise<string> {
  const argument = await session.argument(rollout);
  const value =
    typeof argument === 'object' && argument !== null && 'document' in argument ? argument.document : null;
  const resolved = resolveDocument(value);
  if ('document' in resolved) return resolved.document.spec.namespace;
  throw failure(`the document of ${rollout.workflowId} cannot be read any more`);
}
