import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeshSpec } from '../../domain/spec/document.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import { istioctl, requireSuccess } from './istioctl.ts';
import type { Release } from './release/index.ts';

/** Runs `istioctl install`, which takes what is there already as an update. */
export async function install(
  connection: ClusterConnection,
  release: Release,
  mesh: MeshSpec,
): Promise<void> {
  await withOperatorFile(mesh, async (file) => {
    const args = installArgs(connection, mesh, file);
    requireSuccess('istioctl install', await istioctl(connection, release, args));
  });
}

/** Arguments of `istioctl install`; what the spec sets counts more than what the cluster's provider does. */
export function installArgs(
  connection: ClusterConnection,
  mesh: MeshSpec,
  operator: string | null,
): string[] {
  const own = Object.entries(mesh.set).map(([key, value]) => `${key}=${value}`);
  const values = [`profile=${mesh.profile}`, ...(connection.istio?.set ?? []), ...own];
  const file = operator === null ? [] : ['--filename', operator];
  return ['install', '--skip-confirmation', ...file, ...values.flatMap((value) => ['--set', value])];
}

/** Has the IstioOperator of a mesh in a file for as long as `work` takes; YAML takes JSON as it is. */
async function withOperatorFile(
  { operator }: MeshSpec,
  work: (file: string | null) => Promise<void>,
): Promise<void> {
  if (operator === null) {
    await work(null);
    return;
  }
  const directory = await mkdtemp(join(tmpdir(), 'sluice-istio-'));
  try {
    const file = join(directory, 'istio-operator.yaml');
    await writeFile(file, JSON.stringify(operator), { mode: 0o600 });
    await work(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
