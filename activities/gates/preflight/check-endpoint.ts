import { once } from 'node:events';
import { connect } from 'node:net';
import { Context } from '@temporalio/activity';
import type { HttpGateSpec } from '../../../domain/spec/document.ts';
import { causeOf } from '../../kubernetes/transport.ts';
import { hostRefusal, readDestinations } from '../../requests/destinations.ts';
import { guardedLookup, RefusedDestination } from '../../requests/guarded.ts';
import { timeLimit } from '../../time-limit.ts';
import type { Finding } from './finding.ts';

/** Longest wait for a connection, in ms: a gate's own timeout may be longer than all checks should take. */
const connectTimeout = 5_000;

/** Makes sure that a hook's address accepts connections. It is not asked anything: a hook may count its calls. */
export async function checkEndpoint({ url, timeout }: HttpGateSpec): Promise<Finding[]> {
  const { protocol, hostname, port, host } = new URL(url);
  const { cancellationSignal } = Context.current();
  const patience = timeLimit(Math.min(timeout, connectTimeout));
  // The brackets around an IPv6 address belong to the URL.
  const target = hostname.replace(/^\[|\]$/g, '');
  const destinations = readDestinations(process.env);
  const refusal = hostRefusal(destinations, target);
  if (refusal !== null) return [{ isProblem: true, text: refusal }];
  const socket = connect({
    host: target,
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    lookup: guardedLookup(destinations),
  });
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([cancellationSignal, patience]) });
    return [];
  } catch (error) {
    cancellationSignal.throwIfAborted();
    if (error instanceof RefusedDestination) return [{ isProblem: true, text: error.message }];
    const reason = patience.aborted ? 'nothing answers in time' : causeOf(error);
    return [{ isProblem: true, text: `${host} does not accept a connection: ${reason}` }];
  } finally {
    socket.destroy();
  }
}
