import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeshSpec } from '../../domain/spec/document.ts';
import type { ClusterConnection } from '../../domain/rollout.ts';
import { istioctl, requireSuccess } from './istioctl.ts';
import { defaultRevision } from './survey/labels.ts';
import type { Release } from './release/index.ts';

/** What to install, and whether other control planes are there already. */
export interface Installation {
  readonly mesh: MeshSpec;
  readonly isBeside: boolean;
}

/** Runs `istioctl install`, which takes what is there already as an update. */
export async function install(
  connection: ClusterConnection,
  release: Release,
  installation: Installation,
): Promise<void> {
  await withOperatorFile(installation.mesh, async (file) => {
    const args = installArgs(connection, installation, file);
    requireSuccess('istioctl install', await istioctl(connection, release, args));
  });
}

/**
 * What a second control plane leaves to the first: the types of Istio's objects, and gateways, which all revisions
 * share by their names.
 */
const besideOthers = [
  'components.base.enabled=false',
  'components.ingressGateways[0].enabled=false',
  'components.egressGateways[0].enabled=false',
];

/** Arguments of `istioctl install`; what the spec sets counts more than what the cluster's provider does. */
export function installArgs(
  connection: ClusterConnection,
  { mesh, isBeside }: Installation,
  operator: string | null,
): string[] {
  const own = Object.entries(mesh.set).map(([key, value]) => `${key}=${value}`);
  const revision =
    mesh.revision === null || mesh.revision === defaultRevision ? [] : [`revision=${mesh.revision}`];
  const beside = isBeside ? besideOthers : [];
  const values = [
    `profile=${mesh.profile}`,
    ...revision,
    ...beside,
    ...(connection.istio?.set ?? []),
    ...own,
  ];
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
