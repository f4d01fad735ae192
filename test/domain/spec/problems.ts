/** What is said of a document. */
import { formatIssue } from '../../../domain/spec/parse.ts';
import { resolveDocument } from '../../../domain/spec/resolve.ts';

/** Every mistake of a plain value, a line each. */
export function problems(value: unknown): string[] {
  const answer = resolveDocument(value);
  return 'issues' in answer ? answer.issues.map((issue) => formatIssue(issue, 'f')) : [];
}

/** The document of a plain value that is right. */
export function resolved(value: unknown) {
  const answer = resolveDocument(value);
  if ('issues' in answer) throw new Error(problems(value).join('\n'));
  return answer.document;
}
