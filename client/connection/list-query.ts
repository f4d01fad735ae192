/** Temporal's list filters (https://docs.temporal.io/list-filter). */
import { type ClientError, refuse } from '../errors.ts';
import { grpcCode, grpcDetails } from './grpc-errors.ts';
import type { RunFilter } from './session.ts';

/** The filter as Temporal reads it. */
export function listQuery({ types, workflowId, attributes }: RunFilter): string {
  const anyType = types.map((type) => equals('WorkflowType', type)).join(' OR ');
  const id = workflowId === undefined ? [] : [equals('WorkflowId', workflowId)];
  const all = Object.entries(attributes).map(([name, value]) => equals(name, value));
  return [`(${anyType})`, ...id, ...all].join(' AND ');
}

function equals(name: string, value: string): string {
  return `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

const invalidArgument = 3;

/** What to do about a search attribute that the namespace does not have; null for any other error. */
export function unknownAttribute(error: unknown): ClientError | null {
  const details = grpcDetails(error);
  if (grpcCode(error) !== invalidArgument || !/search attribute/i.test(details)) return null;
  return refuse(`rollouts cannot be found by that yet (${details}): a worker registers it when it starts`);
}
