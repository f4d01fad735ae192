import { ApplicationFailure } from '@temporalio/activity';
import * as z from 'zod';
import { FailureType } from '../../domain/failure.ts';

/** Type of a failure of the API server that a retry may cure. */
export const apiFailureType = 'KubernetesApiError';

/** HTTP statuses of a caller that the API server does not know, and of one that may not. */
export const unauthorized = 401;
export const forbidden = 403;

/** A `metav1.Status`, as far as failures need it. */
export interface ApiStatus {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly string[];
}

/** Fields of a `metav1.Status`; each may be left out, and what is none of its kind counts as left out. */
const statusSchema = z.object({
  reason: z.string().catch(''),
  message: z.string().catch(''),
  details: z
    .object({ causes: z.array(z.object({ reason: z.string().catch('') })).catch([]) })
    .catch({ causes: [] }),
});

/** Characters of a message that are kept: a webhook may answer with any number, and all go through the history. */
export const longestMessage = 1_000;

/** Reads the body of an answer that is not 2xx; what is no Status becomes its message. */
export function readStatus(code: number, body: string): ApiStatus {
  const status = statusSchema.safeParse(parse(body)).data;
  // A proxy or load balancer before the API server answers with text of its own.
  const said = [status?.message, body.trim()].find((text) => text !== undefined && text !== '');
  const message = (said ?? `HTTP ${code}`).slice(0, longestMessage);
  const causes = (status?.details.causes ?? []).map(({ reason }) => reason);
  return { code, reason: status?.reason ?? '', message, causes };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** The failure that an answer of the API server is; `what` says what was being done. */
export function apiFailure(what: string, status: ApiStatus): ApplicationFailure {
  const type = finalType(status);
  return ApplicationFailure.create({
    message: `cannot ${what}: ${status.message}${remedy(type)}`,
    type: type ?? apiFailureType,
    nonRetryable: type !== null,
    details: [{ code: status.code, reason: status.reason }],
  });
}

/** HTTP status of a failure made here; null for every other error. */
export function apiCode(error: unknown): number | null {
  if (!(error instanceof ApplicationFailure)) return null;
  const [detail] = (error.details ?? []) as { code?: number }[];
  return typeof detail?.code === 'number' ? detail.code : null;
}

/** Whether another attempt may go better. */
export function isRetryable(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.nonRetryable !== true;
}

/** The failure type of what no retry cures; null for the rest. */
function finalType(status: ApiStatus): FailureType | null {
  // A terminating namespace answers 403 although nothing is forbidden: it is gone in a moment.
  if (status.causes.includes('NamespaceTerminating')) return null;
  // A webhook chooses the code of its refusal; that it cannot be called is a 500 without this phrase.
  if (/admission webhook .* denied the request/.test(status.message)) return FailureType.rejected;
  if (status.code === unauthorized || status.code === forbidden) return FailureType.accessDenied;
  if (status.code === 400 || status.code === 422) return FailureType.rejected;
  if (status.code === 404 && /^namespaces? ".*" not found/.test(status.message))
    return FailureType.invalidTarget;
  return null;
}

function remedy(type: FailureType | null): string {
  if (type !== FailureType.accessDenied) return '';
  return '; check the credentials of the kubeconfig context and its RBAC permissions';
}
