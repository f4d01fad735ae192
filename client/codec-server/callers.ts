/** Who may ask: programs of this machine, and the pages that were named, but no page that comes by. */
import type { IncomingMessage } from 'node:http';
import { formatListenAddress } from '../../domain/listen-address.ts';
import { Refusal } from './refusal.ts';

/** Names of the loopback interface. */
const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** What the Web UI sends along, by its own settings: the access token of whoever looks, and the ID token. */
const requestHeaders = 'Content-Type, X-Namespace, Authorization, Authorization-Extras';

/** How long a browser need not ask again, in seconds. */
const preflightAge = 600;

/**
 * Lets a request through that was meant for this server: by DNS rebinding, a page reaches it by a name of its own, and
 * would pass for one of the same origin.
 * @throws Refusal by 421, if `Host` is another name or port
 */
export function checkHost({ headers, socket }: IncomingMessage): void {
  const { localAddress = '127.0.0.1', localPort: port = 0 } = socket;
  const authorities = [
    ...loopback.map((name) => `${name}:${port}`),
    formatListenAddress({ host: localAddress, port }),
  ];
  // As clients send them: without the port where that is HTTP's own.
  const hosts = authorities.map((authority) => new URL(`http://${authority}`).host);
  const given = headers.host ?? '';
  if (hosts.includes(given.toLowerCase())) return;
  throw new Refusal(
    421,
    `the host is ${JSON.stringify(given)}: ${[...new Set(hosts)].join(', ')} are allowed`,
  );
}

/**
 * What a browser wants to hear before its page may read the answer; nothing for who is no page.
 * @throws Refusal by 403, if the page is of another origin
 */
export function corsHeaders(
  { headers }: IncomingMessage,
  origins: readonly string[],
): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined) return {};
  if (!origins.includes(origin)) throw otherOrigin(origin, origins);
  // Cookies mean nothing here, but to a proxy that asks for them.
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' };
}

/** What a browser asks for before it lets a page send JSON. */
export const preflightHeaders: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'POST',
  'Access-Control-Allow-Headers': requestHeaders,
  'Access-Control-Max-Age': String(preflightAge),
};

function otherOrigin(origin: string, origins: readonly string[]): Refusal {
  const allowed =
    origins.length === 0 ? 'none is' : `${origins.join(', ')} ${origins.length === 1 ? 'is' : 'are'}`;
  return new Refusal(
    403,
    `the page is of the origin ${JSON.stringify(origin)}: ${allowed} allowed; --origin allows others`,
  );
}
