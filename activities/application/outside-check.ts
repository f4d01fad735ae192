import { Context } from '@temporalio/activity';
import { request } from 'undici';
import type { OutsideCheck } from '../../manifests/bundles.ts';
import { causeOf } from '../kubernetes/transport.ts';
import { waitUntil, type Look } from '../kubernetes/wait.ts';
import { excerpt } from './excerpt.ts';
import type { Address } from './ingress.ts';

/** Longest wait for the answer to be right: a cloud's load balancer and its DNS name take minutes. */
const checkTimeout = 10 * 60_000;

const requestTimeout = 5_000;

/**
 * Asks through the ingress gateway until the answer has what is expected; the URL that gave it.
 * @param find tells the gateway's base URL, or what is missing of it
 */
export async function checkOutside(find: () => Promise<Address>, check: OutsideCheck): Promise<string> {
  const until = `${check.path} through the ingress gateway answers ${check.expect}`;
  return waitUntil({ until, timeout: checkTimeout }, async () => {
    const address = await find();
    return 'missing' in address ? address : look(`${address.url}${check.path}`, check.expect);
  });
}

async function look(url: string, expected: string): Promise<Look<string>> {
  const { cancellationSignal } = Context.current();
  try {
    const signal = AbortSignal.any([cancellationSignal, AbortSignal.timeout(requestTimeout)]);
    // Not fetch, which refuses a number of ports that gateways may well use.
    const { statusCode, body } = await request(url, { signal });
    const text = await body.text();
    if (statusCode === 200 && text.includes(expected)) return { done: url };
    return { missing: `${url} answered ${statusCode}, ${excerpt(text)}` };
  } catch (error) {
    cancellationSignal.throwIfAborted();
    return { missing: `${url} did not answer: ${causeOf(error)}` };
  }
}
