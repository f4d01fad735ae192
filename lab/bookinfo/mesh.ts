import { Pool } from 'undici';

/** Answer of another service: its status, and its JSON body if the status is 200. */
export interface MeshAnswer {
  readonly status: number;
  readonly value: unknown;
}

export interface MeshRequest {
  /** Service name, as in `reviews`. */
  readonly service: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for the whole answer. */
  readonly timeout: number;
}

/** Asks other services. A service that cannot be asked answers with status 500, as in Bookinfo. */
export interface Mesh {
  get(request: MeshRequest): Promise<MeshAnswer>;
  close(): Promise<void>;
}

/** The connection was closed under the request before an answer began: by a proxy that drains, mostly. */
const closedUnderneath = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Opens the way to the mesh: the pod's own sidecar, which routes by the name in `Host`. */
export function openMesh(sidecar: string | undefined): Mesh {
  if (sidecar === undefined) {
    throw new Error(
      'SLUICE_LAB_MESH is not set: give the base URL of the sidecar, such as http://127.0.0.2:9080',
    );
  }
  const pool = new Pool(sidecar);
  return {
    get: (request) => ask(pool, request),
    close: () => pool.close(),
  };
}

async function ask(pool: Pool, request: MeshRequest): Promise<MeshAnswer> {
  const signal = AbortSignal.timeout(request.timeout);
  try {
    // Bookinfo opens a connection for each call; ours are kept, so a call that met a closing one gets another.
    return await send(pool, request, signal).catch((error: unknown) => {
      if (!closedUnderneath.has(errorCode(error)) || signal.aborted) throw error;
      return send(pool, request, signal);
    });
  } catch (error) {
    console.error(`cannot reach ${request.service}: ${String(error)}`);
    return { status: 500, value: null };
  }
}

async function send(pool: Pool, request: MeshRequest, signal: AbortSignal): Promise<MeshAnswer> {
  const headers = { ...request.headers, host: `${request.service}:9080` };
  const answer = await pool.request({ method: 'GET', path: request.path, headers, signal });
  if (answer.statusCode === 200) return { status: 200, value: await answer.body.json() };
  await answer.body.dump();
  return { status: answer.statusCode, value: null };
}

function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
