import { expect, it } from '@jest/globals';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { trimOnce } from '../../../../lab/node/pods/trim-logs.ts';
import { useTemporaryDirectories } from '../../support/temporary-directory.ts';

const makeDirectory = useTemporaryDirectories();

it('empties long logs, whose writers go on at the beginning', async () => {
  const directory = await makeDirectory();
  await mkdir(`${directory}/pod`);
  await writeFile(`${directory}/pod/short.log`, 'kept');
  const log = await open(`${directory}/pod/long.log`, 'a');
  await log.write('a line that is too long');
  await trimOnce(directory, 10);
  await log.write('next');
  await log.close();
  await expect(readFile(`${directory}/pod/long.log`, 'utf8')).resolves.toBe('next');
  await expect(readFile(`${directory}/pod/short.log`, 'utf8')).resolves.toBe('kept');
});
