/** Where the worker's AWS credentials come from, in words for the person who has to renew them. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Names the source that the SDK's default chain takes first, and the endpoint where it is not AWS's own.
 * @param profile the profile that a spec names; null for none
 * @param env the worker's environment
 */
export function describeCredentialSource(
  profile: string | null,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const endpoint = env.AWS_ENDPOINT_URL ? `, endpoint ${env.AWS_ENDPOINT_URL}` : '';
  return `${sourceOf(profile, env)}${endpoint}`;
}

function sourceOf(profile: string | null, env: NodeJS.ProcessEnv): string {
  if (profile !== null) return `profile ${profile} of ${filesOf(env)}`;
  if (env.AWS_PROFILE) return `profile ${env.AWS_PROFILE} (AWS_PROFILE) of ${filesOf(env)}`;
  if (env.AWS_ACCESS_KEY_ID) return "AWS_ACCESS_KEY_ID of the worker's environment";
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE)
    return `role ${env.AWS_ROLE_ARN ?? ''} by the token in ${env.AWS_WEB_IDENTITY_TOKEN_FILE}`;
  const container = env.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  if (container) return `the container's role (${container})`;
  return `profile default of ${filesOf(env)}, else the instance's role`;
}

function filesOf(env: NodeJS.ProcessEnv): string {
  const directory = join(homedir(), '.aws');
  const config = env.AWS_CONFIG_FILE ?? join(directory, 'config');
  const credentials = env.AWS_SHARED_CREDENTIALS_FILE ?? join(directory, 'credentials');
  return `${config} and ${credentials}`;
}
