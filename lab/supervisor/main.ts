/** The supervisor of one lab: `node lab/supervisor/main.ts <name>`, started detached by `lab up`. */
import { pkiFiles } from '../control-plane/pki.ts';
import { readLabFile } from '../lab-file.ts';
import { trimLogs } from '../node/pods/trim-logs.ts';
import { startNode } from '../node/start.ts';
import { labPaths } from '../paths.ts';
import { clusterParts, nodeOptions } from './parts.ts';
import { supervise } from './supervise.ts';

const log = (line: string) => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);

const name = process.argv[2] ?? '';
const paths = labPaths(name);
const lab = await readLabFile(paths);
if (lab === undefined) throw new Error(`there is no lab '${name}' (${paths.lab}): run 'sluice lab up'`);
const pki = pkiFiles(paths.pki);
const supervision = supervise({
  paths,
  waves: await clusterParts(lab, paths, pki),
  startNode: () => startNode(nodeOptions(lab, paths, pki, log)),
  log,
});

trimLogs(paths.root, (error) => log(`logs cannot be trimmed: ${String(error)}`));

let stopping: Promise<void> | undefined;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => void (stopping ??= stop(signal)));
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  log(`${signal}: ending the lab`);
  await supervision.stop();
  log('ended');
  process.exit(0);
}
