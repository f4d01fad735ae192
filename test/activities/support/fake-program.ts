import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program that a test stands in for a real one: `body` is Node code with `args` and `record(line)`. */
export async function fakeProgram(body: string) {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const path = join(directory, 'program.mjs');
  const recordFile = join(directory, 'record');
  const source = [
    `#!${process.execPath}`,
    `import { appendFileSync } from 'node:fs';`,
    `const args = process.argv.slice(2);`,
    `const record = (line) => appendFileSync(${JSON.stringify(recordFile)}, line + '\\n');`,
    body,
  ];
  await writeFile(path, source.join('\n'));
  await chmod(path, 0o755);
  return {
    path,
    recorded: async () => (await readFile(recordFile, 'utf8').catch(() => '')).split('\n').filter(Boolean),
    remove: () => rm(directory, { recursive: true }),
  };
}

/** An istioctl that says its version, and does what `body` says for everything else. */
export async function fakeIstioctl(body: string, version = '1.31.0') {
  const answer = `console.log('client version: ${version}'); process.exit(0);`;
  return await fakeProgram(`if (args[0] === 'version') { ${answer} }\n${body}`);
}
