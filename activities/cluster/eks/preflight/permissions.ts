import { GetRoleCommand, SimulatePrincipalPolicyCommand, type EvaluationResult } from '@aws-sdk/client-iam';
import { ApplicationFailure, log } from '@temporalio/activity';
import { FailureType } from '../../../../domain/failure.ts';
import { ask } from '../../../aws/call.ts';
import type { AwsClients } from '../../../aws/clients.ts';
import { isCredentialFailure } from '../../../aws/failure.ts';
import type { Identity } from './identity.ts';
import { neededActions } from './needed-actions.ts';

/**
 * Checks that the caller may do what creating a cluster takes, as far as IAM's simulation tells: it knows the
 * caller's own policies and boundaries, not every condition. Warns where the simulation itself fails.
 * @throws ApplicationFailure `AccessDenied` with every action that is denied
 */
export async function checkPermissions(
  { iam }: AwsClients,
  cluster: string,
  identity: Identity,
): Promise<void> {
  // The root user may do everything, and cannot be simulated.
  if (identity.arn.endsWith(':root')) return;
  const denied = await simulate(iam, cluster, identity).catch(noteUnknown);
  if (denied.length === 0) return;
  throw ApplicationFailure.nonRetryable(
    `access: ${identity.arn} may not ${denied.join(', ')} (simulated by IAM, nothing was created); deploy/iam has the policy to create clusters`,
    FailureType.accessDenied,
  );
}

async function simulate(iam: Iam, cluster: string, identity: Identity): Promise<string[]> {
  const PolicySourceArn = await principalOf(iam, identity.arn);
  const answers = await Promise.all(
    neededActions(cluster, identity).map(({ resource, actions }) => {
      const input = { PolicySourceArn, ActionNames: [...actions], ResourceArns: [resource] };
      return ask('simulate the permissions of the caller', (options) =>
        iam.send(new SimulatePrincipalPolicyCommand(input), options),
      );
    }),
  );
  const results = answers.flatMap(({ EvaluationResults = [] }) => EvaluationResults);
  return results.filter(isDenied).map(({ EvalActionName = '' }) => EvalActionName);
}

/** What hangs on a condition whose value only the real request has is not known. */
function isDenied({ EvalDecision, MissingContextValues = [] }: EvaluationResult): boolean {
  if (EvalDecision === 'explicitDeny') return true;
  return EvalDecision === 'implicitDeny' && MissingContextValues.length === 0;
}

type Iam = AwsClients['iam'];

/** A session of a role is judged by its role; its ARN lacks the role's path. */
async function principalOf(iam: Iam, arn: string): Promise<string> {
  const RoleName = /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  if (RoleName === undefined) return arn;
  const { Role } = await ask(`look at role ${RoleName}`, (options) =>
    iam.send(new GetRoleCommand({ RoleName }), options),
  );
  return Role?.Arn ?? arn;
}

/** Also where IAM does not answer, as behind a network that reaches the region's services alone. */
function noteUnknown(error: unknown): string[] {
  if (!(error instanceof ApplicationFailure) || isCredentialFailure(error)) throw error;
  log.warn(`permissions could not be simulated, the creation itself tells: ${error.message}`);
  return [];
}
