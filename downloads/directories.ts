import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What was given, if it is a path that the XDG specification wants obeyed: it asks to ignore relative ones. */
export function xdgDirectory(given: string | undefined, fallback: string): string {
  return given !== undefined && isAbsolute(given) ? given : fallback;
}

/** Root of what can be fetched or built again: `$XDG_CACHE_HOME/sluice`. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(xdgDirectory(env.XDG_CACHE_HOME, join(homedir(), '.cache')), 'sluice');
}
