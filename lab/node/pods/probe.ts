import { request as http } from 'node:http';
import { request as https } from 'node:https';
import { connect } from 'node:net';
import type { Container, HttpGetAction, Probe } from '../api/models.ts';

/** What a probe is aimed at. */
export interface ProbeTarget {
  container: Container;
  address: string;
  /** Runs a command in the container; its exit code. */
  run(command: readonly string[], timeoutMs: number): Promise<number>;
}

/** Asks once; true when the container answered as the probe wants. Never throws. */
export async function probeOnce(probe: Probe, target: ProbeTarget): Promise<boolean> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000;
  try {
    if (probe.httpGet) return await httpAnswers(probe.httpGet, target, timeout);
    if (probe.tcpSocket)
      return await tcpAnswers(target.address, portOf(probe.tcpSocket.port, target), timeout);
    if (probe.exec) return (await target.run(probe.exec.command ?? [], timeout)) === 0;
    return true;
  } catch {
    // Refused, reset, timed out, no such command: all of it is the answer no.
    return false;
  }
}

function portOf(port: number | string, { container }: ProbeTarget): number {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(({ name }) => name === port);
  return named?.containerPort ?? Number(port);
}

function httpAnswers(action: HttpGetAction, target: ProbeTarget, timeout: number): Promise<boolean> {
  const headers = Object.fromEntries((action.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const options = {
    host: action.host ?? target.address,
    port: portOf(action.port, target),
    path: action.path ?? '/',
    headers,
    agent: false,
    signal: AbortSignal.timeout(timeout),
  };
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  // Like the kubelet: a probe trusts any certificate, it asks for life, not for identity.
  const sent = action.scheme === 'HTTPS' ? https({ ...options, rejectUnauthorized: false }) : http(options);
  sent.on('error', reject);
  sent.on('response', (response) => {
    response.resume();
    const status = response.statusCode ?? 0;
    resolve(status >= 200 && status < 400);
  });
  sent.end();
  return promise;
}

function tcpAnswers(host: string, port: number, timeout: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout });
  socket.on('connect', () => resolve(true));
  socket.on('timeout', () => resolve(false));
  socket.on('error', reject);
  return promise.finally(() => socket.destroy());
}
