import { ApplicationFailure } from '@temporalio/activity';
import * as z from 'zod';
import { FailureType } from '../../domain/failure.ts';
import { oneLine } from '../../domain/plain-text.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import { istioctl, istioctlFailure, istioctlFailureType } from './istioctl.ts';
import type { Intent } from './intent.ts';
import type { Release } from './release/index.ts';

/** Characters of a text of a finding, and findings, that are kept: all of them go through the history. */
const longestText = 1_000;
const mostFindings = 200;

const shortText = z.string().transform((given) => oneLine(given.slice(0, longestText)));

/** A message of `istioctl x precheck --output json`. */
const finding = z.object({
  code: shortText,
  level: shortText,
  origin: shortText.optional(),
  message: shortText,
});
type Finding = z.output<typeof finding>;
const findingsSchema = z.array(finding);

/** Istio's severities, worst first. */
const severities = ['Error', 'Warning', 'Info'];

/**
 * Runs Istio's own check; its findings, the worst first. Errors are blocking where Istio is about to be installed
 * (`PrecheckFailed`); for an upgrade they are findings like the rest.
 */
export async function precheck(
  connection: ClusterConnection,
  release: Release,
  intent: Exclude<Intent, 'keep'>,
): Promise<string[]> {
  const result = await istioctl(connection, release, ['x', 'precheck', '--output', 'json']);
  // Without findings it prints nothing, with any it ends with exit code 1: the code alone says nothing.
  if (result.stdout.trim() === '' && result.exitCode !== 0)
    throw istioctlFailure('istioctl x precheck', result);
  const findings = readFindings(result.stdout).toSorted((a, b) => rank(a) - rank(b));
  if (intent === 'install' && findings.some(({ level }) => level === 'Error')) throw blocked(findings);
  return findings.map(describe);
}

function blocked(findings: readonly Finding[]): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `istioctl x precheck says that Istio must not be installed here (${count(findings)}): ${findings.map(describe).join('; ')}`,
    FailureType.precheckFailed,
    findings.map(describe),
  );
}

/** How many there are of each severity: `1 Error, 2 Warning`. */
function count(findings: readonly Finding[]): string {
  const levels = [...new Set(findings.map(({ level }) => level))];
  return levels
    .map((level) => `${findings.filter((finding) => finding.level === level).length} ${level}`)
    .join(', ');
}

function rank({ level }: Finding): number {
  const at = severities.indexOf(level);
  return at < 0 ? severities.length : at;
}

/**
 * What the check printed.
 * @throws ApplicationFailure, retryable, where that is none of its JSON
 */
export function readFindings(stdout: string): readonly Finding[] {
  const text = stdout.trim();
  if (text === '') return [];
  const { data } = findingsSchema.safeParse(parseJson(text));
  if (data !== undefined) return data.slice(0, mostFindings);
  throw ApplicationFailure.retryable(
    `istioctl x precheck printed what is no list of findings: ${oneLine(text.slice(0, 200))}`,
    istioctlFailureType,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function describe({ level, code, origin, message }: Finding): string {
  return `${level} [${code}]${origin === undefined ? '' : ` (${origin})`} ${message}`;
}
