/** From a plain value to a document with every default filled in, or to all its mistakes. */
import { checkApplication } from './checks/check-application.ts';
import { checkApplicationFiles } from './checks/check-application-files.ts';
import { checkDeadlines } from './checks/check-deadlines.ts';
import { checkDiversions } from './checks/check-diversions.ts';
import { checkDuplicates } from './checks/check-duplicates.ts';
import { checkEksCluster } from './checks/check-eks-cluster.ts';
import { checkGates } from './checks/check-gates.ts';
import { checkMesh } from './checks/check-mesh.ts';
import { checkRouting } from './checks/check-routing.ts';
import { checkServices } from './checks/check-services.ts';
import { checkTemplateFiles } from './checks/check-template-files.ts';
import { checkWeights } from './checks/check-weights.ts';
import { maxIssueCharacters, maxIssues } from '../defaults.ts';
import { boundsProblem } from './bounds.ts';
import { complete } from './complete.ts';
import type { Document, SpecIssue } from './document.ts';
import { type Finding, findingsOf } from './issues.ts';
import { readOutline } from './outline.ts';
import { anyDocument, documents, type ParsedDocument } from './schema/document.ts';
import { formatPath } from './show.ts';
import { attribute } from './templates/attribute.ts';
import { expandTemplates } from './templates/expand.ts';

/** A document, or everything that is wrong with it. */
export type Resolution = { readonly document: Document } | { readonly issues: readonly SpecIssue[] };

/** Validates a plain value, as YAML or JSON give it. Never throws. */
export function resolveDocument(value: unknown): Resolution {
  const resolved = examine(value);
  return 'findings' in resolved ? { issues: resolved.findings.map(withoutPlace) } : resolved;
}

/** Mistakes whose origin is looked for: those of gates that could not be made are dropped yet. */
const maxFound = 10 * maxIssues;

/** Validates a plain value; mistakes keep their paths, so that they can be found in the text. */
export function examine(given: unknown): { document: Document } | { findings: readonly Finding[] } {
  const excess = boundsProblem(given);
  if (excess !== null) return { findings: [excess] };
  const { value, expanded, findings: misused } = expandTemplates(given);
  const parsed = schemaOf(value).safeParse(value);
  const shape = parsed.success ? [] : parsed.error.issues.flatMap((issue) => findingsOf(issue, value));
  const wrong = [...shape, ...crossChecks(value)]
    .slice(0, maxFound)
    .flatMap((finding) => attribute(finding, expanded));
  const findings = bounded(withoutRepeats([...misused, ...wrong]));
  if (findings.length > 0 || !parsed.success) return { findings };
  return { document: complete(parsed.data as ParsedDocument) };
}

/** More than anybody mends at once is not told: all of it would go through a history. */
function bounded(findings: readonly Finding[]): Finding[] {
  const told = findings.slice(0, maxIssues).map(({ path, message }) => ({ path, message: cut(message) }));
  if (findings.length === told.length) return told;
  return [...told, { path: [], message: 'there are more mistakes: mend these first' }];
}

function cut(message: string): string {
  return message.length <= maxIssueCharacters ? message : `${message.slice(0, maxIssueCharacters)}…`;
}

/** A value can break two rules of one field, which then say the same. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  return [
    ...new Map(findings.map((finding) => [formatPath(finding.path) + finding.message, finding])).values(),
  ];
}

function schemaOf(value: unknown) {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  return kind === 'Rollout' || kind === 'Canary' ? documents[kind] : anyDocument;
}

const checks = [
  checkDuplicates,
  checkServices,
  checkRouting,
  checkWeights,
  checkDiversions,
  checkGates,
  checkDeadlines,
  checkTemplateFiles,
  checkApplication,
  checkApplicationFiles,
  checkEksCluster,
  checkMesh,
];

function crossChecks(value: unknown): Finding[] {
  const outline = readOutline(value);
  if (outline === null) return [];
  return checks.flatMap((check) => check(outline));
}

function withoutPlace({ path, message }: Finding): SpecIssue {
  return { path: formatPath(path), message, line: null, column: null };
}
