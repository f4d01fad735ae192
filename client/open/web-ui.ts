/** Where Temporal's Web UI shows a run. */
import { webUiDistance } from '../../domain/defaults.ts';
import type { Execution } from '../connection/session.ts';
import type { ServerSettings } from '../connection/settings.ts';
import { type ClientError, refuse } from '../errors.ts';
import { withoutTrailingSlashes } from '../../domain/trailing-slashes.ts';

/** Whether something answers a GET with 200. */
export type Answers = (url: string) => Promise<boolean>;

type Server = Pick<ServerSettings, 'address' | 'namespace'>;

/** Port of the UI's container image, as in docker-compose.yml. */
const imagePort = 8080;

/**
 * The page of a run: at the base URL that is given, else where Temporal Cloud, a dev server or the UI's image have it,
 * the first of which knows the run.
 * @throws ClientError if none does
 */
export async function webUiPage(
  server: Server,
  run: Execution,
  given: string | undefined,
  answers: Answers,
): Promise<string> {
  const known = knownBase(server, given);
  if (known !== null) return pageOf(known, server, run);
  const candidates = candidatesOf(server.address);
  for (const base of candidates)
    if (await answers(apiUrl(base, server, run))) return pageOf(base, server, run);
  throw unknown(server, candidates);
}

/**
 * Every base URL that the Web UI may have; none where nobody can tell.
 * @throws ClientError if the one that is given is no URL
 */
export function webUiBases(server: Server, given: string | undefined): string[] {
  const known = knownBase(server, given);
  return known === null ? candidatesOf(server.address) : [known];
}

function knownBase(server: Server, given: string | undefined): string | null {
  return given === undefined ? cloudBase(server) : parseBase(given);
}

function pageOf(base: string, { namespace }: Server, { workflowId, runId }: Execution): string {
  return `${base}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`;
}

/** The UI hands on what is asked there to its server, which may be quite another one. */
function apiUrl(base: string, { namespace }: Server, { workflowId, runId }: Execution): string {
  const path = `namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
  return `${base}/api/v1/${path}?execution.runId=${runId}`;
}

function cloudBase({ address }: Server): string | null {
  const { hostname } = new URL(`tcp://${address}`);
  const isCloud = hostname.endsWith('.tmprl.cloud') || hostname.endsWith('.api.temporal.io');
  return isCloud ? 'https://cloud.temporal.io' : null;
}

/** Of a server on this machine; where others have theirs, nobody can tell. */
function candidatesOf(address: string): string[] {
  const { hostname, port } = new URL(`tcp://${address}`);
  if (!/^(localhost|127\..*|\[::1\])$/.test(hostname)) return [];
  return [Number(port) + webUiDistance, imagePort].map((one) => `http://${hostname}:${one}`);
}

function parseBase(given: string): string {
  const url = URL.parse(given);
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return withoutTrailingSlashes(url.href);
  throw refuse(`${JSON.stringify(given)} is no URL of a Web UI: give one as in http://127.0.0.1:8233`);
}

function unknown({ address, namespace }: Server, tried: readonly string[]): ClientError {
  const found = tried.length === 0 ? '' : `; no Web UI that knows the run is at ${tried.join(' or ')}`;
  return refuse(
    `where the Web UI of the Temporal server at ${address} (namespace ${namespace}) is, is not known${found}: name it with --ui or SLUICE_TEMPORAL_UI`,
  );
}
