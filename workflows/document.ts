/** The document that a run was started with. */
import { ApplicationFailure } from '@temporalio/workflow';
import { FailureType } from '../domain/failure.ts';
import type { Document } from '../domain/spec/document.ts';
import { quick } from './activities.ts';
import type { Run } from './run.ts';

/**
 * Validates the document and fills in its defaults, on a worker: a run does not depend on what started it.
 * @throws InvalidSpec with what is wrong, also for a document of the other kind
 */
export async function resolveSpec<Kind extends Document['kind']>(
  run: Run,
  value: unknown,
  kind: Kind,
): Promise<Extract<Document, { kind: Kind }>> {
  const document = await run.step('reading the document', quick.resolveSpec, { document: value });
  if (!isKind(document, kind)) throw wrongKind(document.kind, kind);
  run.status.plan(document.spec);
  run.notices.receivers = document.spec.notifications;
  return document;
}

function isKind<Kind extends Document['kind']>(
  document: Document,
  kind: Kind,
): document is Extract<Document, { kind: Kind }> {
  return document.kind === kind;
}

function wrongKind(given: string, allowed: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `kind: ${given} was given, this workflow takes a ${allowed}; start the workflow "${given.toLowerCase()}" instead`,
    FailureType.invalidSpec,
  );
}
