/** Temporal's own server, the one that is deployed, on a PostgreSQL. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { ensureTools } from '../../../lab/toolchain/ensure.ts';
import { freePorts } from '../free-ports.ts';
import { KillableServer } from './killable.ts';
import { role } from './postgres.ts';

/** Databases by what Temporal keeps in them; the names of their schemas, too. */
const databases = { temporal: 'temporal', visibility: 'temporal_visibility' } as const;

const services = ['frontend', 'history', 'matching', 'worker'] as const;

export interface DeployedTemporal {
  readonly server: KillableServer;
  readonly address: string;
}

/** Programs of the server and of its schemas; built where no release can be reached. */
export async function temporalPrograms(): Promise<Record<'temporal-server' | 'temporal-sql-tool', string>> {
  const onProgress = (line: string) => void process.stderr.write(`${line}\n`);
  return await ensureTools(['temporal-server', 'temporal-sql-tool'], { onProgress });
}

/** Makes the databases and their schemas, as `deploy/temporal/schema.sh` does; the server is not started yet. */
export async function createTemporal(directory: string, postgresPort: number): Promise<DeployedTemporal> {
  const programs = await temporalPrograms();
  for (const schema of ['temporal', 'visibility'] as const) {
    await prepare(programs['temporal-sql-tool'], postgresPort, schema);
  }
  const ports = await freePorts(2 * services.length);
  const [frontend = 0] = ports;
  await mkdir(join(directory, 'config'));
  const config = stringify(configuration(postgresPort, ports));
  await writeFile(join(directory, 'config', 'test.yaml'), config);
  const address = `127.0.0.1:${frontend}`;
  const server = new KillableServer({
    name: 'temporal-server',
    command: programs['temporal-server'],
    args: ['--root', directory, '--config', 'config', '--env', 'test', 'start'],
    logFile: join(directory, 'temporal.log'),
    options: { cwd: directory },
    probe: async () => askCluster(address),
  });
  return { server, address };
}

async function prepare(tool: string, port: number, schema: keyof typeof databases): Promise<void> {
  const to = ['--plugin', 'postgres12', '--endpoint', '127.0.0.1', '--port', String(port), '--user', role];
  const on = [...to, '--database', databases[schema]];
  await execa(tool, [...on, 'create-database', '--defaultdb', 'postgres']);
  await execa(tool, [...on, 'setup-schema', '-v', '0.0']);
  await execa(tool, [...on, 'update-schema', '--schema-name', `postgresql/v12/${schema}`]);
}

function configuration(postgresPort: number, ports: readonly number[]) {
  const sql = (databaseName: string) => ({
    pluginName: 'postgres12',
    databaseName,
    connectAddr: `127.0.0.1:${postgresPort}`,
    connectProtocol: 'tcp',
    user: role,
    maxConns: 20,
    maxIdleConns: 20,
    maxConnLifetime: '1h',
  });
  const rpcAddress = `127.0.0.1:${ports[0]}`;
  const information = { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress };
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: {
        default: { sql: sql(databases.temporal) },
        visibility: { sql: sql(databases.visibility) },
      },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(
      services.map((name, index) => [
        name,
        {
          rpc: {
            grpcPort: ports[2 * index],
            membershipPort: ports[2 * index + 1],
            bindOnIP: '127.0.0.1',
          },
        },
      ]),
    ),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: { active: information },
    },
    publicClient: { hostPort: rpcAddress },
  };
}

/** An answer that takes the database: whether the server's own namespace is there. */
async function askCluster(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.describeNamespace({ namespace: 'temporal-system' }),
    );
  } finally {
    await connection.close();
  }
}
