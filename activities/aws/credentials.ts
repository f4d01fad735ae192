import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { STSClient } from '@aws-sdk/client-sts';

/** What requests to AWS are signed with. */
export type AwsCredentials = Awaited<ReturnType<STSClient['config']['credentials']>>;

/** What the SDK asks for credentials; `memoized` tells it that they are kept here. */
export type CredentialProvider = ReturnType<typeof defaultProvider> & { readonly memoized: true };

/** How long before their end credentials are read anew, in ms; the SDK's. */
const margin = 5 * 60_000;

let generation = 0;

/** Makes every provider read its credentials anew: those that it has were refused. */
export function forgetCredentials(): void {
  generation += 1;
}

/** Changes whenever credentials are forgotten: what was made of them is void then. */
export function credentialsGeneration(): number {
  return generation;
}

/**
 * Credentials of the SDK's default chain, which can be forgotten. The SDK itself keeps those without an end for the
 * life of a process, and the files that they come from too: what `aws sso login` or a vault writes later never counted.
 * @param profile a profile of the AWS configuration; null for the chain's own
 * @param load where credentials come from, for tests
 */
export function renewableCredentials(
  profile: string | null,
  load: () => ReturnType<typeof defaultProvider> = () => chain(profile),
): CredentialProvider {
  let kept: { readonly credentials: AwsCredentials; readonly of: number } | null = null;
  const provide: ReturnType<typeof defaultProvider> = async (options) => {
    if (kept?.of === generation && !isEnding(kept.credentials)) return kept.credentials;
    const of = generation;
    const credentials = await load()(options);
    kept = { credentials, of };
    return credentials;
  };
  return Object.assign(provide, { memoized: true as const });
}

function chain(profile: string | null): ReturnType<typeof defaultProvider> {
  return defaultProvider({ ignoreCache: true, ...(profile === null ? {} : { profile }) });
}

function isEnding({ expiration }: AwsCredentials): boolean {
  return expiration !== undefined && expiration.getTime() - Date.now() < margin;
}
