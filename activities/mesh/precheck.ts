import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import type { ClusterClient } from '../kubernetes/client.ts';
import { istioctl, istioctlFailure } from './istioctl.ts';
import { findIstiod } from './istiod.ts';

/** A message of `istioctl x precheck --output json`. */
interface Finding {
  readonly code: string;
  readonly level: string;
  readonly origin?: string;
  readonly message: string;
}

/**
 * Runs Istio's own check. Errors are blocking where Istio is about to be installed (`PrecheckFailed`); on a cluster
 * that has a mesh already nothing is installed, so there they are findings like the rest.
 */
export async function precheck(connection: ClusterConnection, client: ClusterClient): Promise<string[]> {
  const result = await istioctl(connection, ['x', 'precheck', '--output', 'json']);
  // Without findings it prints nothing, with any it ends with exit code 1: the code alone says nothing.
  if (result.stdout.trim() === '' && result.exitCode !== 0)
    throw istioctlFailure('istioctl x precheck', result);
  const findings = readFindings(result.stdout);
  const blocking = findings.filter(({ level }) => level === 'Error');
  if (blocking.length > 0 && (await findIstiod(client)) === null) {
    throw ApplicationFailure.nonRetryable(
      `istioctl x precheck says that Istio must not be installed here: ${blocking.map(describe).join('; ')}`,
      FailureType.precheckFailed,
      findings.map(describe),
    );
  }
  return findings.map(describe);
}

function readFindings(stdout: string): readonly Finding[] {
  const text = stdout.trim();
  return text === '' ? [] : (JSON.parse(text) as Finding[]);
}

function describe({ level, code, origin, message }: Finding): string {
  return `${level} [${code}]${origin === undefined ? '' : ` (${origin})`} ${message}`;
}
