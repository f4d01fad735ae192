/** What callers see: requests at a fixed rate from when the application serves, each of them kept. */
import { setTimeout as sleep } from 'node:timers/promises';
import { podHeader } from '../../../lab/bookinfo/serve.ts';
import { servedUrl } from '../../../lab/demo/load.ts';
import { classifyByHeader } from '../../../lab/load/classify.ts';
import { type LoadRun, startLoad } from '../../../lab/load/run.ts';
import { countSamples, type LoadCounts, type Sample } from '../../../lab/load/sample.ts';
import { findSidecarUrl } from '../../../lab/load/sidecar.ts';

/** `reviews`: the service itself, by productpage's sidecar. `page`: productpage, by the ingress gateway. */
export type Path = 'reviews' | 'page';

export interface Request extends Sample {
  readonly path: Path;
}

/** Requests a second: enough for the shares to be seen, little enough for two cores. */
const rates = { reviews: 40, page: 5 } as const;

const pollInterval = 250;

/** What callers saw, as far as the checks need it. */
export type Seen = Pick<Load, 'sent' | 'reviews'>;

export class Load {
  readonly requests: Request[] = [];
  private readonly stopping = new AbortController();
  private readonly loads: LoadRun[] = [];
  private readonly begun: Promise<void>;

  constructor(lab: string) {
    this.begun = this.begin(lab);
  }

  /** Requests of reviews that were sent and answered in the time, in ms since 1970. */
  reviews(from: number, until: number): LoadCounts {
    return countSamples(answeredIn(this.sent(from, until), until).filter(({ path }) => path === 'reviews'));
  }

  sent(from: number, until: number): Request[] {
    return this.requests.filter(({ at }) => at >= from && at < until);
  }

  /** Sends no more, and waits for what is open. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.begun;
    await Promise.all(this.loads.map((load) => load.stop()));
  }

  private async begin(lab: string): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const page = await servedUrl(lab);
      const sidecar = page === null ? null : await findSidecarUrl(lab, 'productpage').catch(() => null);
      if (page !== null && sidecar !== null) {
        this.start(page, sidecar);
        return;
      }
      await sleep(pollInterval);
    }
  }

  private start(page: string, sidecar: string): void {
    const keep = (path: Path) => (sample: Sample) => void this.requests.push({ ...sample, path });
    this.loads.push(
      startLoad({ url: page, rate: rates.page, onSample: keep('page') }),
      startLoad({
        url: `${sidecar}/reviews/0`,
        host: 'reviews:9080',
        classify: classifyByHeader(podHeader),
        rate: rates.reviews,
        onSample: keep('reviews'),
      }),
    );
  }
}

/** Those that were answered by then: a proxy that was suspended sends on by the weights of when it wakes. */
export function answeredIn(requests: readonly Request[], until: number): Request[] {
  return requests.filter(({ at, latencyMs }) => at + latencyMs <= until);
}
