/** What a run that ended wrong leaves for whoever looks for the reason. */
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { RunReport } from './run/run-once.ts';
import type { Stand } from './stand/stand.ts';

/** Copies logs, the history and the report into the directory. */
export async function keepEvidence(stand: Stand, report: RunReport, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await copy(stand.paths.logs, join(directory, 'logs'));
  await copy(stand.paths.pods, join(directory, 'pods'));
  for (const file of await readdir(stand.stateHome))
    if (/^worker.*\.log$/.test(file)) await copy(join(stand.stateHome, file), join(directory, file));
  await writeHistories(stand, directory);
}

/** What is not there was not reached. */
async function copy(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true }).catch(() => undefined);
}

async function writeHistories({ name, client }: Stand, directory: string): Promise<void> {
  const rollout = `rollout/${name}/default/reviews`;
  for (const id of [rollout, `teardown/${rollout}`]) {
    const file = join(directory, `${id.replaceAll('/', '-')}.history.json`);
    const text = await client.workflow
      .getHandle(id)
      .fetchHistory()
      .then(historyToJSON, (error: unknown) => String(error));
    await writeFile(file, text);
  }
}
