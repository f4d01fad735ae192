/** Calls a function in a thread of its own, as nothing else ends one that does not come to an end. */
import { Worker } from 'node:worker_threads';

/** What takes more than linear time takes minutes with the inputs of tests, on whatever machine, in ms. */
const patience = 20_000;

const code = `
  const { parentPort, workerData: { module, name, args } } = require('node:worker_threads');
  import(module).then(
    async (exports) => parentPort.postMessage({ value: JSON.stringify(await exports[name](...args)) ?? 'undefined' }),
  ).catch((error) => parentPort.postMessage({ error: String(error?.message ?? error) }));
`;

/** The JSON of what a function gives, or the message of what it throws. */
export type InTime = { readonly value: string } | { readonly error: string };

/**
 * Calls an exported function of a module of the repository.
 * @param path of the module, from the root of the repository
 * @throws Error if it has not ended in time
 */
export async function inTime(path: string, name: string, ...args: readonly unknown[]): Promise<InTime> {
  const module = new URL(`../../${path}`, import.meta.url).href;
  const worker = new Worker(code, { eval: true, workerData: { module, name, args } });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<InTime>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
      timer = setTimeout(
        () => reject(new Error(`${path} ${name} has not ended after ${patience} ms`)),
        patience,
      );
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
