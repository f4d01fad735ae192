/** `npm run build`: the package's code as JavaScript in `dist/`, with all that it reads at run time. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { execa } from 'execa';
import { buildIdOf, commitOf } from './build-id.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');

/** Files that are no code, at the same place below `dist/` as in the sources. */
const resources = ['lab/toolchain/go', 'lab/toolchain/python'];

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
await execa('tsc', ['--project', 'tsconfig.build.json'], { cwd: root, preferLocal: true, stdio: 'inherit' });
for (const path of resources) await cp(join(root, path), join(dist, path), { recursive: true });
await bundleWorkflows('workflows.bundle.js');
await bundleWorkflows('workflows.encrypting.bundle.js', {
  failureConverterPath: join(dist, 'encryption', 'failure-converter.js'),
});
await writeBuildFile();

/** As the worker does at its start, from what was compiled: it need not, and need not be able to write. */
async function bundleWorkflows(file: string, converter: DataConverter = {}): Promise<void> {
  const logger = new DefaultLogger('WARN');
  const workflowsPath = join(dist, 'workflows', 'index.js');
  const { code } = await bundleWorkflowCode({ ...converter, workflowsPath, logger });
  await writeFile(join(dist, file), code);
}

/** Tells builds apart where workers are versioned. */
async function writeBuildFile(): Promise<void> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const buildId = buildIdOf(version, await commitOf(process.env, root));
  await writeFile(join(dist, 'build.json'), `${JSON.stringify({ buildId })}\n`);
}
