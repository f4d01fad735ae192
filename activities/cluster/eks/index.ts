import { ApplicationFailure, Context } from '@temporalio/activity';
import { FailureType } from '../../../domain/failure.ts';
import type { ClusterConnection } from '../../../domain/rollout.ts';
import type { ActivityDeps } from '../../deps.ts';
import { requireAccepted } from '../../kubernetes/accepted-kubeconfigs.ts';
import { eksEndpoint } from '../../kubernetes/eks-config.ts';
import type { ClusterProvider, SpecOf } from '../provider.ts';
import { ensureEksCluster } from './ensure.ts';
import { type CredentialPolicy, type EksOperation, runOperation } from './operation.ts';
import { requireCluster } from './existing.ts';
import { forgetCluster, rememberCluster } from './kubeconfig-entry.ts';
import { isOwn } from './owner.ts';
import { planEksCluster } from './plan.ts';
import { regionOf } from './preflight/index.ts';
import { removeEksCluster } from './remove.ts';

type Eks = SpecOf<'eks'>;

/** Clusters of Amazon EKS: made and removed by CloudFormation as eksctl does, or there already. */
export function eksProvider({
  aws,
  clients,
  isOpen,
  openRollouts,
}: Pick<ActivityDeps, 'aws' | 'clients' | 'isOpen' | 'openRollouts'>): Required<ClusterProvider<Eks>> {
  return {
    async ensure(spec) {
      requireAccepted(spec.kubeconfig);
      return await runOperation(await subjectOf(aws, spec), 'once-changed', async (operation) => {
        const connection = connectionOf(operation, spec);
        const client = clients(connection);
        const created = spec.existing ? false : await ensureEksCluster(operation, spec, { isOpen, client });
        await requireCluster(operation, connection.eks.region);
        if (spec.kubeconfig !== null)
          await rememberCluster(spec.kubeconfig, connection, await eksEndpoint(operation.aws, spec.name));
        return { ...connection, created };
      });
    },

    async plan(spec) {
      requireAccepted(spec.kubeconfig);
      return await runOperation(await subjectOf(aws, spec), 'never', (operation) =>
        planEksCluster(operation, spec, isOpen),
      );
    },

    async remove(connection) {
      const { name, eks } = connection;
      if (eks === undefined) throw incomplete(name);
      return await runOperation(
        { aws: aws(eks), cluster: name, access: eks },
        removalPolicy(),
        async (operation) => {
          const removed = await removeEksCluster(operation, {
            client: clients(connection),
            owns: () => true,
            openRollouts,
          });
          if (connection.kubeconfig !== null) await forgetCluster(connection.kubeconfig, { name, eks });
          return removed.length > 0;
        },
      );
    },

    async abandon(spec) {
      if (spec.existing) return [];
      return await runOperation(await subjectOf(aws, spec), 'always', async (operation) => {
        const client = clients(connectionOf(operation, spec));
        return await removeEksCluster(operation, { client, owns: isOwn, openRollouts });
      });
    },
  };
}

/** A person waits for the first answer of a teardown; an undo runs unattended, and what it removes costs money. */
function removalPolicy(): CredentialPolicy {
  return Context.current().info.workflowType === 'teardown' ? 'once-answered' : 'always';
}

type Subject = Pick<EksOperation, 'aws' | 'cluster' | 'access'>;

async function subjectOf(aws: ActivityDeps['aws'], { name, region, profile }: Eks): Promise<Subject> {
  const clients = aws({ region, profile });
  return { aws: clients, cluster: name, access: { region: await regionOf(clients), profile } };
}

function connectionOf({ access }: EksOperation, { name, kubeconfig }: Eks): EksConnection {
  return {
    provider: 'eks',
    name,
    kubeconfig,
    context: null,
    created: false,
    prometheus: null,
    istio: null,
    eks: access,
  };
}

type EksConnection = ClusterConnection & Required<Pick<ClusterConnection, 'eks'>>;

function incomplete(name: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `the connection to EKS cluster ${name} lacks its region`,
    FailureType.invalidTarget,
  );
}
