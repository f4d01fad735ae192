import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import { istioctl, istioctlFailure } from './istioctl.ts';
import type { Intent } from './intent.ts';
import type { Release } from './release/index.ts';

/** A message of `istioctl x precheck --output json`. */
interface Finding {
  readonly code: string;
  readonly level: string;
  readonly origin?: string;
  readonly message: string;
}

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

function readFindings(stdout: string): readonly Finding[] {
  const text = stdout.trim();
  return text === '' ? [] : (JSON.parse(text) as Finding[]);
}

function describe({ level, code, origin, message }: Finding): string {
  return `${level} [${code}]${origin === undefined ? '' : ` (${origin})`} ${message}`;
}
