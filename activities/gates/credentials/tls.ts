import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Agent, Dispatcher } from 'undici';
import { messageOf } from '../../../domain/message-of.ts';
import { readDestinations } from '../../requests/destinations.ts';
import { guardedAgent } from '../../requests/guarded.ts';
import { CredentialsError, readSecret } from './read.ts';
import type { CredentialSet } from './schema.ts';

/** More certificates than one worker uses; the connections of the oldest are closed. */
const maxKept = 20;

const kept = new Map<string, Agent>();

/** Connections with an own CA or client certificate: the same ones until a file of them changes. */
export async function dispatcherFor(
  name: string,
  tls: NonNullable<CredentialSet['tls']>,
): Promise<Dispatcher> {
  const options = {
    ...(tls.ca !== undefined && { ca: await readSecret(tls.ca, `${name}.tls.ca`) }),
    ...(tls.certificate !== undefined && {
      cert: await readSecret(tls.certificate, `${name}.tls.certificate`),
    }),
    ...(tls.key !== undefined && { key: await readSecret(tls.key, `${name}.tls.key`) }),
    ...(tls.serverName !== undefined && { servername: tls.serverName }),
  };
  const key = JSON.stringify(options);
  const known = kept.get(key);
  if (known !== undefined) return known;
  check(name, options);
  const agent = guardedAgent(readDestinations(process.env), options);
  kept.set(key, agent);
  closeOldest();
  return agent;
}

/** Certificates that cannot be used are told as such, not as a server that does not answer. */
function check(name: string, options: SecureContextOptions): void {
  try {
    createSecureContext(options);
    // A CA that is none would be passed over.
    if (typeof options.ca === 'string') new X509Certificate(options.ca);
  } catch (error) {
    throw new CredentialsError(`${name}.tls cannot be used: ${messageOf(error)}`, { cause: error });
  }
}

function closeOldest(): void {
  const [oldest] = kept;
  if (kept.size <= maxKept || oldest === undefined) return;
  kept.delete(oldest[0]);
  // Requests that are under way end first.
  void oldest[1].close().catch(() => undefined);
}
