import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import { type KubeconfigFile, withKubeconfigFile } from '../kubernetes/kubeconfig-file.ts';
import type { Release } from './release/index.ts';
import { runTool, tailOf, type ToolResult } from '../run-tool.ts';

/** Type of a failure of istioctl that a retry may cure. */
export const istioctlFailureType = 'IstioctlFailed';

/** Runs istioctl against a cluster; the exit code is the caller's to judge. */
export async function istioctl(
  connection: ClusterConnection,
  { istioctl: command }: Pick<Release, 'istioctl'>,
  args: readonly string[],
): Promise<ToolResult> {
  const name = `istioctl ${args[0] ?? ''}`;
  const result = await withKubeconfigFile(connection, (file) =>
    runTool({ command, args: [...args, ...clusterArgs(file)], name }),
  );
  if (!result.missing) return result;
  throw ApplicationFailure.nonRetryable(
    `cannot run ${command}; install istioctl (https://istio.io/latest/docs/setup/install/istioctl/) and put it on the worker's PATH`,
    FailureType.toolMissing,
  );
}

/** Fails unless istioctl ended well; what it printed last becomes the message. */
export function requireSuccess(what: string, result: ToolResult): void {
  if (result.exitCode === 0) return;
  throw istioctlFailure(what, result);
}

/** What istioctl said as a failure; refused credentials are not retryable. */
export function istioctlFailure(what: string, { exitCode, stdout, stderr }: ToolResult): ApplicationFailure {
  const said = tailOf(stderr) || tailOf(stdout) || `exit code ${exitCode}`;
  const denied = /is forbidden: User|asked for the client to provide credentials|Unauthorized/.test(said);
  return ApplicationFailure.create({
    message: `${what} failed: ${said}`,
    type: denied ? FailureType.accessDenied : istioctlFailureType,
    nonRetryable: denied,
  });
}

function clusterArgs({ kubeconfig, context }: KubeconfigFile): string[] {
  return [
    ...(kubeconfig === null ? [] : ['--kubeconfig', kubeconfig]),
    ...(context === null ? [] : ['--context', context]),
  ];
}
