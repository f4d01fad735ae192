import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was asked: the query, and the time at which it is evaluated (epoch ms). */
export interface Asked {
  readonly query: string;
  readonly at: number;
}

/** Series by their labels and values, or a whole answer. */
export type Answer =
  | readonly (readonly [labels: Record<string, string>, value: string])[]
  | { readonly code: number; readonly body: string }
  | 'never';

/** A server with Prometheus' API for instant queries that answers as a test says. */
export async function startPrometheus(answer: (asked: Asked) => Answer) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://test');
    const seen = {
      query: url.searchParams.get('query') ?? '',
      at: Math.round(Number(url.searchParams.get('time')) * 1000),
    };
    asked.push(seen);
    const said = url.pathname === '/api/v1/query' ? answer(seen) : { code: 404, body: 'not found' };
    if (said === 'never') return;
    const { code, body } = 'code' in said ? said : { code: 200, body: vector(said) };
    response.writeHead(code, { 'Content-Type': 'application/json' });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const address = `http://127.0.0.1:${port}`;
  return { address, spec: { address, credentials: null }, asked, close };
}

export type FakePrometheus = Awaited<ReturnType<typeof startPrometheus>>;

/** How Istio's metrics name a version of reviews. */
export function calledVersion(version: string): Record<string, string> {
  return { destination_service: 'reviews.default.svc.cluster.local', destination_version: version };
}

/** Requests of reviews v3 by answer code, as a success rate asks for them. */
export function requests(codes: Record<string, number | string>): Answer {
  return Object.entries(codes).map(([response_code, value]) => [
    { ...calledVersion('v3'), response_code },
    String(value),
  ]);
}

/** A latency histogram of reviews v3, as a latency gate asks for it. */
export function buckets(counts: Record<string, number>): Answer {
  return Object.entries(counts).map(([le, value]) => [{ ...calledVersion('v3'), le }, String(value)]);
}

/** A result of any type, as in `result('scalar', [0, '1'])`. */
export function result(resultType: string, of: unknown): Answer {
  return { code: 200, body: JSON.stringify({ status: 'success', data: { resultType, result: of } }) };
}

function vector(series: readonly (readonly [Record<string, string>, string])[]): string {
  const result = series.map(([metric, value]) => ({ metric, value: [0, value] }));
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}
