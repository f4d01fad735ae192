import { expect, it } from '@jest/globals';
import { access } from 'node:fs/promises';
import { endLeftovers } from '../../../../lab/node/pods/leftovers.ts';
import { isAlive } from '../../../../lab/process/identity.ts';
import { addRecord } from '../../../../lab/process/record-file.ts';
import { startProcess } from '../../../../lab/process/start.ts';
import { useTemporaryDirectories } from '../../support/temporary-directory.ts';

const makeDirectory = useTemporaryDirectories();

it('ends what an earlier agent recorded and nothing that only has its pid', async () => {
  const directory = await makeDirectory();
  const start = (name: string) =>
    startProcess({
      name,
      command: process.execPath,
      args: ['-e', 'setInterval(() => undefined, 1000)'],
      logFile: `${directory}/logs/${name}.log`,
    });
  const left = await start('left');
  const stranger = await start('stranger');
  await addRecord(`${directory}/default_a_1/processes.json`, left.record);
  await addRecord(`${directory}/default_b_2/processes.json`, { ...stranger.record, startTicks: 1 });
  await expect(endLeftovers(directory)).resolves.toBe(2);
  expect(isAlive(left.record)).toBe(false);
  expect(isAlive(stranger.record)).toBe(true);
  await expect(access(`${directory}/default_a_1`)).rejects.toThrow('ENOENT');
  stranger.child.kill('SIGKILL');
});

it('finds nothing where no agent ever ran', async () => {
  await expect(endLeftovers(`${await makeDirectory()}/none`)).resolves.toBe(0);
});
