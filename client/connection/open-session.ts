import { Client, Connection } from '@temporalio/client';
import type { ClientError } from '../errors.ts';
import { messageOf } from '../../domain/message-of.ts';
import { refuse } from '../errors.ts';
import { clientConverter } from '../../encryption/data-converter.ts';
import { grpcCode, grpcDetails, notFound } from './grpc-errors.ts';
import type { Session } from './session.ts';
import type { ServerSettings } from './settings.ts';
import { TemporalSession } from './temporal-session.ts';

/** How long a server may take to answer the first call. */
const connectTimeout = 5_000;

/**
 * Connects to the server.
 * @throws ClientError if nobody answers in time, or the namespace is not there
 */
export async function openSession(settings: ServerSettings): Promise<Session> {
  const connection = await connect(settings);
  const { namespace, address, encryption } = settings;
  try {
    await checkNamespace(connection, settings);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const dataConverter = clientConverter(encryption);
  return new TemporalSession(new Client({ connection, namespace, dataConverter }), address);
}

async function connect({ address, connection }: ServerSettings): Promise<Connection> {
  try {
    return await Connection.connect({ ...connection, connectTimeout });
  } catch (error) {
    throw grpcCode(error) === null || isUnreachable(error)
      ? unreachable(address, error)
      : refused(address, error);
  }
}

function isUnreachable(error: unknown): boolean {
  return [4, 14].includes(grpcCode(error) ?? 0);
}

function unreachable(address: string, error: unknown): ClientError {
  const remedy = 'start one with `npx sluice lab up --only temporal`, or set TEMPORAL_ADDRESS or --address';
  return refuse(`no Temporal server at ${address} (${messageOf(error)}): ${remedy}`);
}

function refused(address: string, error: unknown): ClientError {
  return refuse(`the Temporal server at ${address} refuses the connection: ${grpcDetails(error)}`);
}

/** A namespace that is not there shows itself in a different way in every call. */
async function checkNamespace(connection: Connection, { address, namespace }: ServerSettings): Promise<void> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    // Not everybody may read a namespace's settings: only its absence counts here.
    if (grpcCode(error) !== notFound) return;
    throw refuse(
      `the Temporal server at ${address} has no namespace ${JSON.stringify(namespace)}: set TEMPORAL_NAMESPACE or --namespace`,
    );
  }
}
