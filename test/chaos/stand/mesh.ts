/** Istio on the lab's cluster, installed before the rollouts so that it is not theirs. */
import { execa } from 'execa';
import type { LabDescription } from '../../../lab/up.ts';

/** Installs it as the `mesh` step of a rollout would. */
export async function installMesh({ istio, kubeconfig }: LabDescription): Promise<void> {
  if (istio === null || kubeconfig === null) throw new Error('the lab has no cluster to install Istio on');
  const values = ['profile=demo', ...istio.set].flatMap((value) => ['--set', value]);
  await execa(istio.istioctl, ['install', '--skip-confirmation', '--kubeconfig', kubeconfig, ...values], {
    stdin: 'ignore',
  });
}
