import { ApplicationFailure } from '@temporalio/activity';
import { FailureType } from '../../domain/failure.ts';
import { useAsItIs } from '../../domain/plan.ts';
import type { ClusterConnection, IstioTools } from '../../domain/rollout.ts';
import type { ActivityDeps } from '../deps.ts';
import { runTool, tailOf } from '../run-tool.ts';
import { createdHere } from './created-here.ts';
import type { ClusterProvider, SpecOf } from './provider.ts';

/** Type of a failure of the lab that a retry may cure: what was built and started so far is kept. */
const labFailureType = 'LabFailed';

/** What `lab up --output json` says of the cluster. */
interface LabAnswer {
  readonly name: string;
  readonly kubeconfig: string;
  readonly context: string;
  readonly prometheus: string | null;
  readonly istio: IstioTools;
}

/** The embedded lab, by its command line: it is a program of its own. */
export function labProvider(
  deps: Pick<ActivityDeps, 'labCommand' | 'clients'>,
): ClusterProvider<SpecOf<'lab'>> {
  return {
    plan({ name }) {
      return Promise.resolve(useAsItIs(`the embedded lab ${name}, which is started where it is not up`));
    },

    async ensure({ name }) {
      const stdout = await runLab(deps.labCommand, [
        'up',
        '--only',
        'cluster',
        '--name',
        name,
        '--output',
        'json',
      ]);
      const connection = connectionOf(JSON.parse(stdout) as LabAnswer);
      return { ...connection, created: await createdHere(deps.clients(connection)) };
    },

    async remove({ name }) {
      await runLab(deps.labCommand, ['down', '--only', 'cluster', '--name', name]);
      return true;
    },
  };
}

function connectionOf({ name, kubeconfig, context, prometheus, istio }: LabAnswer): ClusterConnection {
  return { provider: 'lab', name, kubeconfig, context, created: false, prometheus, istio };
}

async function runLab(
  [program = '', ...leading]: readonly string[],
  args: readonly string[],
): Promise<string> {
  const name = `lab ${args[0] ?? ''}`;
  const { exitCode, stdout, stderr, missing } = await runTool({
    command: program,
    args: [...leading, ...args],
    name,
    kind: 'lab',
  });
  if (exitCode === 0) return stdout;
  const message = `${name} failed: ${tailOf(stderr) || `exit code ${exitCode}`}`;
  if (missing) throw ApplicationFailure.nonRetryable(message, FailureType.toolMissing);
  throw ApplicationFailure.retryable(message, labFailureType);
}
