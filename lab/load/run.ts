import { classifyPage, type Classify } from './classify.ts';
import { countSamples, type LoadCounts, type Sample } from './sample.ts';
import { startSchedule } from './schedule.ts';
import { summarize, type LoadSummary } from './summary.ts';
import { openTarget, type Sender } from './target.ts';

export interface LoadOptions {
  readonly url: string;
  /** Requests a second. */
  readonly rate: number;
  /** Ends the load; `stop` still sums it up. */
  readonly signal?: AbortSignal;
  /** `Host` header, for a URL that is a proxy's; by default the URL's own. */
  readonly host?: string;
  /** Further headers of each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How to read an answer; by default as Bookinfo's productpage. */
  readonly classify?: Classify;
  /** Milliseconds for a whole answer; by default 10 s. */
  readonly timeout?: number;
  /** Requests that may be open at a time; one more that is due fails unsent. */
  readonly maxInFlight?: number;
  /** Gets each request as it ends. */
  readonly onSample?: (sample: Sample) => void;
}

/** Load that is going on. */
export interface LoadRun {
  /** Requests sent from `fromMs` until before `toMs` (milliseconds since 1970) that have ended. */
  counts(fromMs: number, toMs: number): LoadCounts;
  /** Sends no more, waits for what is open, and sums up. */
  stop(): Promise<LoadSummary>;
}

const defaultTimeout = 10_000;

/** Enough for 200 requests a second that all time out. */
const defaultMaxInFlight = 2_000;

const highestRate = 5_000;

/**
 * Starts load at a fixed rate, open loop: a slow answer delays no other request, and its wait is counted.
 * Throws when the rate or the URL is unusable.
 */
export function startLoad(options: LoadOptions): LoadRun {
  checkRate(options.rate);
  const maxInFlight = options.maxInFlight ?? defaultMaxInFlight;
  const target = openTarget({
    url: readUrl(options.url),
    host: options.host,
    headers: options.headers ?? {},
    classify: options.classify ?? classifyPage,
    timeout: options.timeout ?? defaultTimeout,
    maxInFlight,
  });
  return new OpenLoop(options, target, maxInFlight);
}

class OpenLoop implements LoadRun {
  readonly #options: LoadOptions;
  readonly #target: Sender;
  readonly #samples: Sample[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  readonly #startedAt = Date.now();
  readonly #stopSchedule: () => void;
  #endedAt: number | undefined;
  #summary: Promise<LoadSummary> | undefined;

  constructor(options: LoadOptions, target: Sender, maxInFlight: number) {
    this.#options = options;
    this.#target = target;
    this.#stopSchedule = startSchedule(options.rate, (due) => {
      if (this.#inFlight.size < maxInFlight) this.#open(due);
      else this.#keep(unsent(due));
    });
    options.signal?.addEventListener('abort', this.#end, { once: true });
    if (options.signal?.aborted === true) this.#end();
  }

  counts(fromMs: number, toMs: number): LoadCounts {
    return countSamples(this.#samples.filter(({ at }) => at >= fromMs && at < toMs));
  }

  stop(): Promise<LoadSummary> {
    this.#summary ??= this.#finish();
    return this.#summary;
  }

  #open(due: number): void {
    const open = this.#request(due).finally(() => this.#inFlight.delete(open));
    this.#inFlight.add(open);
  }

  async #request(due: number): Promise<void> {
    const at = Date.now();
    const outcome = await this.#target.send();
    this.#keep({ at, latencyMs: performance.now() - due, ...outcome });
  }

  #keep(sample: Sample): void {
    this.#samples.push(sample);
    this.#options.onSample?.(sample);
  }

  readonly #end = (): void => {
    this.#stopSchedule();
    this.#endedAt ??= Date.now();
  };

  async #finish(): Promise<LoadSummary> {
    this.#end();
    this.#options.signal?.removeEventListener('abort', this.#end);
    await Promise.all(this.#inFlight);
    await this.#target.close();
    const { url, rate } = this.#options;
    const endedAt = this.#endedAt ?? Date.now();
    return summarize({ url, rate, startedAt: this.#startedAt, endedAt }, this.#samples);
  }
}

function unsent(due: number): Sample {
  const latencyMs = performance.now() - due;
  return { at: Date.now(), latencyMs, status: null, version: null, error: 'too many in flight' };
}

function checkRate(rate: number): void {
  if (rate > 0 && rate <= highestRate) return;
  throw new Error(`rate is ${rate}: give requests a second, more than 0 and up to ${highestRate}`);
}

function readUrl(given: string): URL {
  const url = URL.parse(given);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Error(`url '${given}' cannot be called: give one such as http://127.0.0.1:8080/productpage`);
}
