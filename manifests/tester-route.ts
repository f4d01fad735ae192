/**
 * Names of the routes that send testers to a version: Sluice knows its own routes again by them, whichever routes they
 * stand among.
 */
import { createHash } from 'node:crypto';
import type { RequestMatch } from '../domain/diversions.ts';

const prefix = 'sluice-testers.';

/**
 * Name of the route of testers that goes with the route at a place: it tells the conditions apart, so that proxies show
 * by it whether they have these. Right for rules of HTTPRoutes, too (RFC 1123 subdomain).
 */
export function testerRouteName(
  host: string,
  subset: string,
  index: number,
  matches: readonly RequestMatch[],
): string {
  const conditions = createHash('sha256').update(JSON.stringify(matches)).digest('hex').slice(0, 8);
  return `${prefix}${host}.${subset}.${index}.${conditions}`;
}

/** Whether a name is that of a route of testers, of the host where one is given. */
export function isTesterRoute(name = '', host?: string): boolean {
  return name.startsWith(host === undefined ? prefix : `${prefix}${host}.`);
}

/**
 * Name of the route of testers in the name that a proxy has of a route; null for another's. Istio puts a root's name
 * before that of its delegate's route.
 */
export function testerRouteIn(name: string): string | null {
  const at = name.indexOf(prefix);
  return at === -1 ? null : name.slice(at);
}
