/** Rounds of cases: what is ordered of a thread, what it tells, and who watches it. */
import { Worker } from 'node:worker_threads';

/** A number of cases of one target; the same seed gives the same cases. */
export interface Order {
  readonly target: string;
  readonly seed: number;
  readonly runs: number;
}

export interface RoundReport {
  readonly name: string;
  readonly seed: number;
  readonly runs: number;
  /** Milliseconds of the slowest case. */
  readonly slowest: number;
  readonly crash: { readonly input: string; readonly error: string } | null;
}

/** What both threads see: the number of the case, the length of its text, whether it runs, and the text as UTF-16. */
export interface SharedCase {
  readonly state: Int32Array;
  readonly text: Uint16Array;
}

/** A case that did not end in time. */
export interface Hang {
  readonly input: string;
}

const longestText = 1024 * 1024;

/** Milliseconds of processor time of this process: on a busy machine a case waits long, and works no longer for that. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Between two looks at a thread, in ms. */
const watchInterval = 250;

/** Runs a case, and has the watching thread know which it is. */
export async function watched<T>(
  { state, text }: SharedCase,
  input: string,
  run: () => T,
): Promise<Awaited<T>> {
  const length = Math.min(input.length, longestText);
  for (let at = 0; at < length; at += 1) text[at] = input.charCodeAt(at);
  state[1] = length;
  Atomics.add(state, 0, 1);
  Atomics.store(state, 2, 1);
  try {
    return await run();
  } finally {
    Atomics.store(state, 2, 0);
  }
}

/** A thread that runs rounds; a new one follows where one was ended. */
export class Rounds {
  private worker: Worker | null = null;
  private readonly limit: number;
  private readonly shared: SharedCase = {
    state: new Int32Array(new SharedArrayBuffer(12)),
    text: new Uint16Array(new SharedArrayBuffer(2 * longestText)),
  };

  /** @param limit longest processor time of a case, in ms: inputs are bounded, and linear time is a small part of it */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Runs a round to its end, or to the first case that does not end in time. */
  async run(order: Order): Promise<RoundReport | Hang> {
    const worker = (this.worker ??= new Worker(new URL('case-worker.ts', import.meta.url), {
      workerData: this.shared,
    }));
    const over = new AbortController();
    try {
      const result = await Promise.race([answerOf(worker, order), this.hang(over.signal)]);
      if (!('name' in result)) await this.end();
      return result;
    } catch (error) {
      Atomics.store(this.shared.state, 2, 0);
      this.worker = null;
      return {
        ...order,
        name: order.target,
        slowest: 0,
        crash: { input: this.current(), error: String(error) },
      };
    } finally {
      over.abort();
    }
  }

  async end(): Promise<void> {
    await this.worker?.terminate();
    Atomics.store(this.shared.state, 2, 0);
    this.worker = null;
  }

  private hang(signal: AbortSignal): Promise<Hang> {
    return new Promise((resolve) => {
      let last = -1;
      let since = cpuTime();
      const timer = setInterval(() => {
        const count = Atomics.load(this.shared.state, 0);
        const isRunning = Atomics.load(this.shared.state, 2) === 1;
        if (count !== last || !isRunning) [last, since] = [count, cpuTime()];
        else if (cpuTime() - since > this.limit) resolve({ input: this.current() });
      }, watchInterval);
      signal.addEventListener('abort', () => clearInterval(timer));
    });
  }

  /** The text of the case that is running. */
  private current(): string {
    const length = this.shared.state[1] ?? 0;
    return Array.from(this.shared.text.subarray(0, length), (unit) => String.fromCharCode(unit)).join('');
  }
}

function answerOf(worker: Worker, order: Order): Promise<RoundReport> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread ended with exit code ${code}`)));
    worker.postMessage(order);
  });
}
