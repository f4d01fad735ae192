import { ApplicationFailure } from '@temporalio/activity';
import { requireRight } from '../checked-input.ts';
import { FailureType } from '../../domain/failure.ts';
import type { Document } from '../../domain/spec/document.ts';
import { teardownProblems } from '../../domain/input.ts';
import { resolveDocument } from '../../domain/spec/resolve.ts';

/** Activities that read the document of a rollout. */
export function createSpecActivities() {
  return { resolveSpec, checkTeardown };
}

/** Fails with `InvalidInput` where what a teardown was given is not what it takes. */
async function checkTeardown({ input }: { input: unknown }): Promise<void> {
  requireRight(teardownProblems(input));
  return Promise.resolve();
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
