/** Everything, from a cluster that may not exist yet to the promoted version. */
import type { Activities } from '../activities/index.ts';
import type { ClusterConnection, RolloutResult } from '../domain/rollout.ts';
import { checksOf, gatewayOf } from '../domain/bundles.ts';
import { ingressOf } from '../domain/ingress.ts';
import {
  describeApplication,
  insideChecks,
  outsideChecks,
  type CheckSpec,
} from '../domain/spec/application.ts';
import type { AddonsSpec, MeshSpec, RolloutSpec } from '../domain/spec/document.ts';
import { long, mutate, quick, read, remove } from './activities.ts';
import { conclude } from './conclude.ts';
import { resolveSpec } from './document.ts';
import type { RolloutInput } from './messages.ts';
import { Run } from './run.ts';
import { openPreviews } from './previews.ts';
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
    const wanted = { mesh: spec.mesh, namespace };
    const ingress = ingressOf(application, routing);
    const { findings } = await run.create({
      name: 'mesh',
      step: describeInstall(spec.mesh),
      activity: long.installMesh,
      args: { connection, ...wanted, ingress },
      made: ({ created, revision }) => ({ mesh: created, ...(created && { revisions: [revision] }) }),
      undo: ({ revision }) => remove.uninstallMesh({ connection, revisions: [revision] }),
      abandon: () => remove.abandonMesh({ connection }),
    });
    for (const finding of findings) run.status.warn(`mesh: ${finding}`);
    await run.step('verifying the mesh', read.verifyMesh, { connection, ...wanted });
    await run.create({
      name: 'namespace label',
      step: `labelling namespace ${namespace} for injection`,
      activity: quick.labelNamespace,
      args: { connection, ...wanted },
      made: ({ created }) => ({ namespaceLabel: created }),
      undo: () => remove.unlabelNamespace({ connection, namespace }),
      undoneAfter: 'mesh',
    });
    if (spec.addons) await applyAddons(run, connection, spec.addons);

    run.status.enter('looking at the application', 'Application');
    const target = { connection, application, namespace };
    await run.create({
      name: 'application',
      step: `applying ${describeApplication(application)}`,
      activity: mutate.applyApplication,
      args: { ...target, services: spec.services },
      made: ({ created }) => ({ objects: created }),
      undo: ({ created }) => remove.removeObjects({ connection, objects: created }),
      abandon: () => remove.abandonApplication(target),
    });
    await run.step('waiting for the workloads', read.awaitApplication, target);
    await checkInside(run, connection, spec);
    if ('bundle' in application)
      await openGateway(run, { connection, namespace, routing, bundle: application.bundle });
    await checkOutside(run, connection, spec);
    if (spec.addons) {
      const addons = { connection, namespace, addons: spec.addons };
      const { addresses } = await run.step('waiting for the add-ons', read.awaitAddons, addons);
      run.status.addresses = { ...run.status.addresses, ...addresses };
    }

    run.status.enter('preparing the stages', 'Progressing');
    await claimTargets(delivery);
    await checkGates(delivery);
    await applySubsets(delivery);
    await openPreviews(delivery);
    await deliverStages(delivery);
  });
}

async function checkInside(
  run: Run,
  connection: ClusterConnection,
  { application, namespace }: RolloutSpec,
): Promise<void> {
  const checks = insideChecks(checksOf(application));
  if (checks.length === 0) return;
  await run.step(`checking ${namesOf(checks)} from a pod`, read.checkFromPod, {
    connection,
    namespace,
    checks,
  });
}

async function openGateway(run: Run, args: Parameters<Activities['applyGateway']>[0]): Promise<void> {
  const { connection } = args;
  await run.create({
    name: 'gateway',
    step: 'applying the gateway',
    activity: quick.applyGateway,
    args,
    made: ({ created }) => ({ objects: created }),
    undo: ({ created }) => remove.removeObjects({ connection, objects: created }),
    abandon: () => remove.abandonGateway(args),
  });
}

async function checkOutside(
  run: Run,
  connection: ClusterConnection,
  { application, namespace, routing }: RolloutSpec,
): Promise<void> {
  const checks = outsideChecks(checksOf(application));
  if (checks.length === 0) return;
  const gateway = gatewayOf(application, namespace, routing);
  const words = `checking ${namesOf(checks)} from outside`;
  const { addresses } = await run.step(words, read.checkFromOutside, {
    connection,
    checks,
    gateway,
    selector: ingressOf(application, routing)?.selector ?? null,
  });
  run.status.addresses = addresses;
}

function namesOf(checks: readonly CheckSpec[]): string {
  return checks.map(({ name }) => name).join(', ');
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
