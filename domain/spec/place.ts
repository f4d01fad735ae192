/** Looks up where mistakes stand in the text. */
import type { SpecIssue } from './document.ts';
import type { Finding } from './issues.ts';
import { formatPath } from './show.ts';
import type { Source } from './source.ts';

/** A mistake with its place. */
export function placeFinding({ path, message }: Finding, source: Source): SpecIssue {
  return { path: formatPath(path), message, ...source.locate(path) };
}

/** Mistakes with their places, in the order of the text. */
export function placeFindings(findings: readonly Finding[], source: Source): SpecIssue[] {
  return findings.map((finding) => placeFinding(finding, source)).sort(byPlace);
}

function byPlace(one: SpecIssue, other: SpecIssue): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}
