import { Context } from '@temporalio/activity';
import { request } from 'undici';
import type { HttpCheckSpec } from '../../domain/spec/application.ts';
import { causeOf } from '../kubernetes/transport.ts';
import { longestPage, readBounded, tooLong } from '../requests/read-bounded.ts';
import type { Look } from '../kubernetes/wait.ts';
import { excerpt } from './excerpt.ts';
import { timeLimit } from '../time-limit.ts';
import type { Address } from './ingress.ts';

const requestTimeout = 5_000;

/** What an HTTP check waits for, in words. */
export function describeHttpCheck({ path, host, status, body }: HttpCheckSpec): string {
  const where = `${path}${host === null ? '' : ` of ${host}`} through the ingress gateway`;
  return `${where} answers ${body ?? status}`;
}

/** Asks once through the gateway that is found: the URL that gave the expected answer, or what came instead. */
export async function lookByHttp(find: () => Promise<Address>, check: HttpCheckSpec): Promise<Look<string>> {
  const address = await find();
  if ('missing' in address) return address;
  const seen = await ask(`${address.url}${check.path}`, check);
  // A node's port is tried while the load balancer has no address; why it has none is what to look at then.
  return 'done' in seen || address.lack === null ? seen : { missing: `${seen.missing}; ${address.lack}` };
}

async function ask(url: string, { host, status, body: expected }: HttpCheckSpec): Promise<Look<string>> {
  const { cancellationSignal } = Context.current();
  try {
    const signal = AbortSignal.any([cancellationSignal, timeLimit(requestTimeout)]);
    // Not fetch, which refuses a number of ports that gateways may well use, and takes no Host.
    const { statusCode, body } = await request(url, {
      signal,
      ...(host === null ? {} : { headers: { host } }),
    });
    const text = await readBounded(body, longestPage);
    if (text === null) return { missing: `${url} answered ${statusCode}: ${tooLong(longestPage)}` };
    if (statusCode === status && text.includes(expected ?? '')) return { done: url };
    return { missing: `${url} answered ${statusCode}, ${excerpt(text)}` };
  } catch (error) {
    cancellationSignal.throwIfAborted();
    return { missing: `${url} did not answer: ${causeOf(error)}` };
  }
}
