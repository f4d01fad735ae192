/** Load from the moment on which the application first answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { findIngressUrl } from '../load/ingress.ts';
import { startLoad } from '../load/run.ts';
import type { LoadRun } from '../load/run.ts';

const pollInterval = 500;

/** Waits until the lab's ingress serves the page, then loads it; null when aborted before. */
export async function loadWhenServed(
  lab: string,
  rate: number,
  signal: AbortSignal,
): Promise<LoadRun | null> {
  while (!signal.aborted) {
    const url = await servedUrl(lab);
    if (url !== null) return startLoad({ url, rate });
    await sleep(pollInterval, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

/** URL of the page where it answers; null as long as any part on the way is not there yet. */
export async function servedUrl(lab: string): Promise<string | null> {
  try {
    const url = await findIngressUrl(lab);
    const { statusCode, body } = await request(url, { headersTimeout: 2_000, bodyTimeout: 2_000 });
    await body.dump();
    return statusCode === 200 ? url : null;
  } catch {
    return null;
  }
}
