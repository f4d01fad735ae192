/** Errors of calls to the Temporal server, told apart by their gRPC codes: the SDK marks its classes as its own. */

const unavailable = 14;
const deadlineExceeded = 4;
const invalidArgument = 3;

/** Whether the server was away, and the call may go well later. */
export function isAway(error: unknown): error is Error {
  const { code } = (error ?? {}) as { code?: unknown };
  return error instanceof Error && (code === unavailable || code === deadlineExceeded);
}

/** Whether the server refused what a call named: an id of a run that cannot be one. */
export function isInvalidArgument(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  return code === invalidArgument || cause?.code === invalidArgument;
}
