/** Origins of the Web UIs that may ask a codec server. */
import { refuse } from '../errors.ts';

/**
 * Reads one as in `http://localhost:8233`.
 * @throws ClientError if it is no origin of HTTP
 */
export function parseOrigin(text: string): string {
  const url = URL.parse(text);
  const isOrigin =
    url !== null && ['http:', 'https:'].includes(url.protocol) && url.href === `${url.origin}/`;
  if (isOrigin) return url.origin;
  throw refuse(
    `the origin ${JSON.stringify(text)} is none: give scheme, host and port of a Web UI alone, as in http://localhost:8233`,
  );
}

/** Origins of pages below base URLs; of this machine by both of its names, as the browser has whichever was typed. */
export function originsOf(bases: readonly string[]): string[] {
  const origins = bases.flatMap((base) => {
    const { origin, hostname } = new URL(base);
    if (!['localhost', '127.0.0.1'].includes(hostname)) return [origin];
    return ['localhost', '127.0.0.1'].map((name) => origin.replace(hostname, name));
  });
  return [...new Set(origins)];
}
