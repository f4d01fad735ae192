/** Everything, from a cluster that may not exist yet to the promoted version. */
import type { ClusterConnection, RolloutResult } from '../domain/rollout.ts';
import type { AddonsSpec, MeshSpec } from '../domain/spec/document.ts';
import { long, mutate, quick, read, remove } from './activities.ts';
import { conclude } from './conclude.ts';
import { resolveSpec } from './document.ts';
import type { RolloutInput } from './messages.ts';
import { Run } from './run.ts';
import { deliverStages } from './stages.ts';
import { applySubsets, checkGates, claimTargets } from './traffic.ts';

/**
 * Takes a release through cluster, mesh and application to staged weights behind gates, and back when it is bad.
 * @throws ApplicationFailure with the RolloutResult as its first detail, when the outcome is `Failed`
 */
export async function rollout(input?: Partial<RolloutInput>): Promise<RolloutResult> {
  const run = new Run();
  return await conclude(run, async () => {
    const { spec } = await resolveSpec(run, input?.document, 'Rollout');
    const { application, namespace } = spec;
    run.removes = spec.onFailure === 'remove';

    run.status.enter('looking for the cluster', 'Cluster');
    const connection = await run.create({
      name: 'cluster',
      step: 'bringing up the cluster',
      activity: long.ensureCluster,
      args: { cluster: spec.cluster },
      made: ({ created }) => ({ cluster: created }),
      undo: (cluster) => remove.deleteCluster({ connection: cluster }),
      ...(spec.cluster.provider === 'eks' && {
        abandon: () => remove.abandonCluster({ cluster: spec.cluster }),
      }),
    });
    const delivery = run.deliver(spec, connection);
    const { routing } = spec;
    await run.step('waiting for nodes and system pods', read.awaitCluster, { connection, routing });

    run.status.enter('looking at the mesh', 'Mesh');
    const { findings } = await run.create({
      name: 'mesh',
      step: describeInstall(spec.mesh),
      activity: long.installMesh,
      args: { connection, mesh: spec.mesh },
      made: ({ created }) => ({ mesh: created }),
      undo: () => remove.uninstallMesh({ connection }),
      abandon: () => remove.abandonMesh({ connection }),
    });
    for (const finding of findings) run.status.warn(`mesh: ${finding}`);
    await run.step('verifying the mesh', read.verifyMesh, { connection, mesh: spec.mesh });
    await run.create({
      name: 'namespace label',
      step: `labelling namespace ${namespace} for injection`,
      activity: quick.labelNamespace,
      args: { connection, namespace },
      made: ({ created }) => ({ namespaceLabel: created }),
      undo: () => remove.unlabelNamespace({ connection, namespace }),
      undoneAfter: 'mesh',
    });
    if (spec.addons) await applyAddons(run, connection, spec.addons);

    run.status.enter('looking at the application', 'Application');
    const target = { connection, application, namespace, routing };
    await run.create({
      name: 'application',
      step: `applying ${application.bundle}`,
      activity: mutate.applyApplication,
      args: target,
      made: ({ created }) => ({ objects: created }),
      undo: ({ created }) => remove.removeObjects({ connection, objects: created }),
      abandon: () => remove.abandonApplication({ ...target, part: 'objects' }),
    });
    await run.step('waiting for the deployments', read.awaitApplication, target);
    await run.step('checking the page from a pod', read.checkFromPod, target);
    await run.create({
      name: 'gateway',
      step: 'applying the gateway',
      activity: quick.applyGateway,
      args: target,
      made: ({ created }) => ({ objects: created }),
      undo: ({ created }) => remove.removeObjects({ connection, objects: created }),
      abandon: () => remove.abandonApplication({ ...target, part: 'gateway' }),
    });
    const { url } = await run.step('checking the page from outside', read.checkFromOutside, target);
    run.status.addresses = { productpage: url };
    if (spec.addons) {
      const addons = { connection, namespace, addons: spec.addons };
      const { addresses } = await run.step('waiting for the add-ons', read.awaitAddons, addons);
      run.status.addresses = { ...run.status.addresses, ...addresses };
    }

    run.status.enter('preparing the stages', 'Progressing');
    await claimTargets(delivery);
    await checkGates(delivery);
    await applySubsets(delivery);
    await deliverStages(delivery);
  });
}

async function applyAddons(run: Run, connection: ClusterConnection, addons: AddonsSpec): Promise<void> {
  await run.create({
    name: 'add-ons',
    step: `applying ${addons.install.join(', ')}`,
    activity: mutate.applyAddons,
    args: { connection, addons },
    made: ({ created, exposed }) => ({ addons: created, exposed }),
    undo: ({ created, exposed }) => remove.removeAddons({ connection, objects: created, exposed }),
    abandon: () => remove.abandonAddons({ connection, addons }),
  });
}

function describeInstall({ version, profile }: MeshSpec): string {
  return `installing Istio${version === null ? '' : ` ${version}`}, profile ${profile}`;
}
