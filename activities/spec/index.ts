import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { Document } from '../../domain/spec/document.ts';
import { resolveDocument } from '../../domain/spec/resolve.ts';

/** Activities that read the document of a rollout. */
export function createSpecActivities() {
  return { resolveSpec };
}

/** Validates a document as a workflow was given it; fails with `InvalidSpec` and every issue of it. */
async function resolveSpec({ document }: { document: unknown }): Promise<Document> {
  const resolved = resolveDocument(document);
  if ('document' in resolved) return Promise.resolve(resolved.document);
  const { issues } = resolved;
  throw ApplicationFailure.nonRetryable(
    `the document is wrong: ${issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
    FailureType.invalidSpec,
    issues,
  );
}
