/** Writes to the cluster, as its API server logged them. */
import { existsSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';

/** A request that was to change something. */
export interface Write {
  /** When it came in, in ms since 1970 by the API server's clock. */
  readonly at: number;
  readonly verb: string;
  /** Path of the object, without the query. */
  readonly path: string;
  /** Field manager; empty where the request names none. */
  readonly manager: string;
  /** HTTP status; null where the server ended before it answered. */
  readonly code: number | null;
  readonly body: WrittenObject | null;
  /** Of the object after the write, which grows with each change of its spec; null where there is none. */
  readonly generation: number | null;
}

export interface WrittenObject {
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

interface AuditEvent {
  readonly auditID: string;
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly responseStatus?: { readonly code?: number };
  readonly objectRef?: { readonly subresource?: string };
  readonly requestObject?: WrittenObject;
  readonly responseObject?: WrittenObject;
}

const changes = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** Bytes of the log so far: what comes later is a run's. */
export async function auditMark(file: string): Promise<number> {
  return existsSync(file) ? (await stat(file)).size : 0;
}

/** The log from that byte on. */
export async function readAudit(file: string, from: number): Promise<string> {
  if (!existsSync(file)) return '';
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    // A log that is shorter than it was is another one.
    const start = size < from ? 0 : from;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Writes to objects in the order in which they came in; those to subresources are not changes of the object. */
export function readWrites(log: string): Write[] {
  const events = log.split('\n').flatMap(parseEvent);
  const byRequest = Map.groupBy(events, ({ auditID }) => auditID);
  return [...byRequest.values()]
    .map((stages) => stages.find(({ stage }) => stage === 'ResponseComplete') ?? stages[0])
    .filter((event) => event !== undefined)
    .map(writeOf)
    .sort((one, other) => one.at - other.at);
}

/** A server that was killed may have left half a line. */
function parseEvent(line: string): AuditEvent[] {
  if (!line.startsWith('{') || !line.endsWith('}')) return [];
  try {
    const event = JSON.parse(line) as AuditEvent;
    return isChange(event) ? [event] : [];
  } catch {
    return [];
  }
}

function isChange({ verb, objectRef, requestURI }: AuditEvent): boolean {
  const isDryRun = new URL(requestURI, 'https://api').searchParams.has('dryRun');
  return changes.includes(verb) && objectRef?.subresource === undefined && !isDryRun;
}

function writeOf(event: AuditEvent): Write {
  const url = new URL(event.requestURI, 'https://api');
  return {
    at: Date.parse(event.requestReceivedTimestamp),
    verb: event.verb,
    path: url.pathname,
    manager: url.searchParams.get('fieldManager') ?? '',
    code: event.responseStatus?.code ?? null,
    body: event.requestObject ?? null,
    generation: event.responseObject?.metadata?.generation ?? null,
  };
}
