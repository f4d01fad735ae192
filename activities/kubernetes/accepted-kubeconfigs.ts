/** Which kubeconfigs a worker takes from others: a path in a spec, or in a history, must not lead to any file of its. */
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { isWithin } from '../../access/regular-file.ts';
import { FailureType } from '../../domain/failure.ts';
import { xdgDirectory } from '../../downloads/directories.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Names further files, and directories of kubeconfigs, as `PATH` names directories. */
export const kubeconfigsVariable = 'SLUICE_KUBECONFIGS';

/**
 * Fails with `InvalidTarget`, not retryable, unless the worker accepts the kubeconfig: one of `KUBECONFIG`, of
 * `~/.kube`, of its labs, or of `SLUICE_KUBECONFIGS`. Nothing is read of one that it does not.
 * @param path as a spec or a history names it; null for kubectl's defaults, which are the worker's own
 * @param env of the worker
 */
export function requireAccepted(path: string | null, env: Environment = process.env): void {
  if (path === null) return;
  const places = acceptedPlaces(env);
  const wanted = resolve(path);
  if (places.some((place) => wanted === place || leadsInto(wanted, place))) return;
  throw ApplicationFailure.nonRetryable(
    `kubeconfig ${wanted} is not accepted by this worker, which takes those of ${places.join(', ')}: ` +
      `name the file or its directory in the worker's ${kubeconfigsVariable}`,
    FailureType.invalidTarget,
  );
}

/** Whether a path is below a directory, also where its links lead. */
function leadsInto(path: string, directory: string): boolean {
  if (!isWithin(path, directory)) return false;
  const real = realOf(path);
  return real === null || isWithin(real, realOf(directory) ?? directory);
}

/** Null for what is not there: it may be made by the time it is read, and is judged again then. */
function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function acceptedPlaces(env: Environment): string[] {
  const labs = join(xdgDirectory(env.XDG_STATE_HOME, join(homedir(), '.local', 'state')), 'sluice', 'labs');
  const own = [...pathsIn(env.KUBECONFIG), join(homedir(), '.kube'), labs];
  return [...own, ...pathsIn(env[kubeconfigsVariable])].map((path) => resolve(path));
}

function pathsIn(list: string | undefined): string[] {
  return (list ?? '').split(delimiter).filter((path) => path !== '');
}
