import type { KubernetesStatus } from '../api/models.ts';

/** The status that ends an exec: what `kubectl` and client libraries read the exit code from. */
export function exitStatus(exitCode: number): KubernetesStatus {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

/** The status of a command that did not start. */
export function failedStatus(message: string): KubernetesStatus {
  return { metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 };
}
