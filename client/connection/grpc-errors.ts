/** Which errors of a server pass by themselves. */
import { messageOf } from '../../domain/message-of.ts';

/** Codes of gRPC (https://grpc.io/docs/guides/status-codes/) that a later attempt may cure. */
const passing = new Set([
  1, // CANCELLED: the connection was dropped with the call in flight
  2, // UNKNOWN: a server that is going down
  4, // DEADLINE_EXCEEDED
  8, // RESOURCE_EXHAUSTED: rate limits
  10, // ABORTED
  13, // INTERNAL: a stream that was cut
  14, // UNAVAILABLE
]);

/** Code of NOT_FOUND. */
export const notFound = 5;

/** gRPC code of an error or of what caused it; null if there is none. */
export function grpcCode(error: unknown): number | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'number' && 'details' in cause) return cause.code;
  }
  return null;
}

/** The server's own words. */
export function grpcDetails(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('details' in cause && typeof cause.details === 'string' && cause.details) return cause.details;
  }
  return messageOf(error);
}

/** Whether it is worth asking again. */
export function isPassing(error: unknown): boolean {
  const code = grpcCode(error);
  return code !== null && passing.has(code);
}
