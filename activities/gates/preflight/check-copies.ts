import type { ClusterClient } from '../../kubernetes/index.ts';
import { listProxies } from '../../proxies/proxies.ts';
import { countCopies } from '../counters/copies.ts';
import type { Counted } from '../counters/read-counters.ts';
import type { Finding } from './finding.ts';

/** Proxies that are asked: one that answers is enough to know that they may be asked. */
const asked = 8;

/**
 * Finds out whether copies can be counted: the proxies' endpoints tell them, by the admin interface, which takes other
 * rights than metrics do.
 */
export async function checkCopies(
  question: Counted & { readonly client: ClusterClient },
): Promise<Finding[]> {
  const proxies = (await listProxies(question.client)).filter(({ doubt }) => doubt === null).slice(0, asked);
  const answers = await Promise.all(proxies.map(async (proxy) => countCopies(question, proxy)));
  const [first, ...others] = answers.flatMap((answer) => ('trouble' in answer ? answer.trouble : []));
  if (first === undefined || others.length + 1 < answers.length) return [];
  const text =
    `copies of requests cannot be counted, as no proxy tells of its endpoints: ${first}; ` +
    'give the worker the right to forward ports or to exec (docs/deploy.md), or the stage gates that need no proxies';
  return [{ isProblem: true, text }];
}
