import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { isGone, readStat } from '../../../lab/process/identity.ts';
import type { ToolchainContext } from '../../../lab/toolchain/context.ts';
import { obtain } from '../../../lab/toolchain/obtain.ts';
import { ToolUnavailableError } from '../../../lab/toolchain/unavailable.ts';
import { writeProgram } from '../support/fake-program.ts';
import { useTemporaryDirectories } from '../support/temporary-directory.ts';
import { contextIn, hammer, hammerBuild, hammerText, writeGo } from './fixtures.ts';
import { sha256, useReleaseServers } from '../../support/release-server.ts';

const temporaryDirectory = useTemporaryDirectories();
const serveReleases = useReleaseServers();
const right = hammerText('1.2.3');
const wrong = hammerText('9.9.9');

async function put(path: string, text: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

const cachePlace = ({ env }: ToolchainContext) => join(env.XDG_CACHE_HOME ?? '', 'sluice/tools/hammer/1.2.3');
const goCalls = async (bin: string) => (await readFile(join(bin, 'calls'), 'utf8')).trim().split('\n');

describe('a tool', () => {
  it('is taken from its variable before all, whatever its version', async () => {
    const directory = await temporaryDirectory();
    const own = await put(join(directory, 'own'), wrong);
    const context = contextIn(directory, { env: { SLUICE_TOOL_HAMMER: own } });
    await put(join(context.bin, 'hammer'), right);
    expect(await obtain(hammer(), context)).toBe(own);
  });

  it('is not looked for elsewhere when its variable is wrong', async () => {
    const directory = await temporaryDirectory();
    const context = contextIn(directory, { env: { SLUICE_TOOL_HAMMER: '/nowhere/hammer' } });
    await put(join(context.bin, 'hammer'), right);
    await expect(obtain(hammer(), context)).rejects.toThrow(
      "SLUICE_TOOL_HAMMER is '/nowhere/hammer', which is not an executable file: give the path of hammer 1.2.3 or unset it",
    );
  });

  it('is taken from PATH in the right version', async () => {
    const context = contextIn(await temporaryDirectory());
    const own = await put(join(context.bin, 'hammer'), right);
    expect(await obtain(hammer(), context)).toBe(own);
  });

  it('is taken from the cache, and another version on PATH is reported and ignored', async () => {
    const context = contextIn(await temporaryDirectory());
    const other = await put(join(context.bin, 'hammer'), wrong);
    const cached = await put(join(cachePlace(context), 'hammer'), right);
    expect(await obtain(hammer(), context)).toBe(cached);
    expect(context.lines).toEqual([`ignoring ${other}: it is 9.9.9, not 1.2.3`]);
  });

  it('is downloaded rather than built', async () => {
    const origin = await serveReleases({ '/hammer': right, '/sums': sha256(right) });
    const directory = await temporaryDirectory();
    const context = contextIn(directory);
    await writeGo(context.bin, right);
    const download = { url: `${origin}/hammer`, checksumUrl: `${origin}/sums` };
    const found = await obtain(hammer({ download, build: hammerBuild(directory) }), context);
    expect(found).toBe(join(cachePlace(context), 'hammer'));
    expect(await readdir(context.bin)).not.toContain('calls');
  });

  it('is built where no release can be had, and kept alone in the cache', async () => {
    const origin = await serveReleases({});
    const directory = await temporaryDirectory();
    const context = contextIn(directory);
    await writeGo(context.bin, right);
    const download = { url: `${origin}/hammer`, checksumUrl: `${origin}/sums` };
    const found = await obtain(hammer({ download, build: hammerBuild(directory) }), context);
    expect(await readFile(found, 'utf8')).toBe(right);
    expect(await readdir(cachePlace(context))).toEqual(['hammer']);
    expect(context.lines).toContain(`hammer: no official download: ${origin}/sums: the answer was 404`);
    expect(context.lines).toContain('building hammer 1.2.3 from source');
  });

  it('is built from its pinned module and independent of this machine', async () => {
    const directory = await temporaryDirectory();
    const context = contextIn(directory);
    await writeGo(context.bin, right);
    await obtain(hammer({ build: hammerBuild(directory) }), context);
    const [call] = await goCalls(context.bin);
    const flags = [
      '-trimpath',
      '-buildvcs=false',
      '-mod=readonly',
      '-ldflags',
      '-s -w -X main.version=1.2.3',
    ];
    const output = join(cachePlace(context), 'draft', 'hammer');
    expect(JSON.parse(call ?? '')).toEqual({
      args: ['build', ...flags, '-tags', 'iron,oak', '-o', output, 'example.org/hammer'],
      cwd: directory,
      cgo: '0',
    });
  });

  it('is built once for two runs that need it', async () => {
    const directory = await temporaryDirectory();
    const tool = hammer({ build: hammerBuild(directory) });
    const [one, two] = [contextIn(directory), contextIn(directory)];
    await writeGo(one.bin, right, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);');
    const [first, second] = await Promise.all([obtain(tool, one), obtain(tool, two)]);
    expect(first).toBe(second);
    expect(await goCalls(one.bin)).toHaveLength(1);
    expect([...one.lines, ...two.lines]).toContain('waiting for another run to supply hammer … 0s');
  });

  it('is made anew over what a killed run left half done', async () => {
    const directory = await temporaryDirectory();
    const context = contextIn(directory);
    const origin = await serveReleases({ '/hammer': right, '/sums': sha256(right) });
    await put(join(cachePlace(context), 'draft', 'download', 'half'), 'rubbish');
    const download = { url: `${origin}/hammer`, checksumUrl: `${origin}/sums` };
    await obtain(hammer({ download }), context);
    expect(await readdir(cachePlace(context))).toEqual(['hammer']);
  });

  it('is not kept when what was built is another version', async () => {
    const directory = await temporaryDirectory();
    const context = contextIn(directory);
    await writeGo(context.bin, wrong);
    await expect(obtain(hammer({ build: hammerBuild(directory) }), context)).rejects.toThrow(
      'Go build: it is 9.9.9, not 1.2.3',
    );
    expect(await readdir(cachePlace(context))).toEqual([]);
  });

  it('takes its build with it when the run is aborted', async () => {
    const directory = await temporaryDirectory();
    const stop = new AbortController();
    const context = contextIn(directory, { signal: stop.signal });
    const pidFile = join(directory, 'pids');
    const spawnOne = `const c = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)']);`;
    const hang = `fs.writeFileSync('${pidFile}', process.pid + ' ' + c.pid + ' '); for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);`;
    await writeGo(context.bin, right, `${spawnOne} ${hang}`);
    const building = obtain(hammer({ build: hammerBuild(directory) }), context);
    const pids = await numbersIn(pidFile);
    const records = pids.map((pid) => ({ pid, startTicks: readStat(pid)?.startTicks ?? 0 }));
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(building).rejects.toBe(reason);
    expect(records.filter((record) => !isGone(record))).toEqual([]);
    expect(await readdir(cachePlace(context))).toEqual([]);
  });
});

async function numbersIn(file: string): Promise<number[]> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith(' ')) return text.trim().split(' ').map(Number);
    await sleep(10);
  }
}

describe('a tool that comes in a wheel', () => {
  const wheel = { requirements: '/pins/hammer.txt', member: join('hammer', '_bin', 'hammer') };
  const pip = `
    const { mkdirSync, writeFileSync, appendFileSync } = require('node:fs');
    const args = process.argv.slice(2);
    const target = args[args.indexOf('--target') + 1];
    if (args.includes('install')) {
      appendFileSync(__dirname + '/calls', args.join(' '));
      mkdirSync(target + '/hammer/_bin', { recursive: true });
      writeFileSync(target + '/hammer/_bin/hammer', ${JSON.stringify(right)});
    }`;

  it('is installed by pip, with hashes and without dependencies', async () => {
    const context = contextIn(await temporaryDirectory());
    await writeProgram(join(context.bin, 'python3'), pip);
    const found = await obtain(hammer({ wheel }), context);
    expect(await readFile(found, 'utf8')).toBe(right);
    const [call] = await goCalls(context.bin);
    expect(call).toMatch(
      /^-m pip install .*--no-deps .*--require-hashes --target \S+ -r \/pins\/hammer\.txt$/,
    );
  });

  it('is installed by a pip of its own where Python has none', async () => {
    const context = contextIn(await temporaryDirectory());
    await writeProgram(join(context.bin, 'python3'), 'process.exit(1)');
    await writeProgram(join(context.bin, 'pip'), pip);
    expect(await obtain(hammer({ wheel }), context)).toBe(join(cachePlace(context), 'hammer'));
  });

  it('needs pip', async () => {
    const context = contextIn(await temporaryDirectory());
    await expect(obtain(hammer({ wheel }), context)).rejects.toThrow(
      'wheel: neither a python3 with pip nor pip is on PATH',
    );
  });
});

describe('a tool that nothing supplies', () => {
  it('is named with all that was tried and the three ways to supply it', async () => {
    const directory = await temporaryDirectory();
    const download = { url: 'http://127.0.0.1:1/hammer', checksumUrl: 'http://127.0.0.1:1/sums' };
    const failing = obtain(hammer({ download, build: hammerBuild(directory) }), contextIn(directory));
    await expect(failing).rejects.toThrow(ToolUnavailableError);
    await expect(failing).rejects.toThrow(
      [
        'hammer 1.2.3 is not available',
        '  environment: SLUICE_TOOL_HAMMER is not set',
        '  PATH: there is no hammer 1.2.3',
        '  official download: http://127.0.0.1:1/sums: connect ECONNREFUSED 127.0.0.1:1',
        '  Go build: go is not on PATH (1.26 or newer is needed)',
        'supply it in one of three ways:',
        '  set SLUICE_TOOL_HAMMER to the path of the binary',
        '  put hammer 1.2.3 on PATH',
        '  let this machine reach 127.0.0.1:1, or install Go 1.26 or newer and let it reach its packages',
      ].join('\n'),
    );
  });

  it('tells how its build failed', async () => {
    const directory = await temporaryDirectory();
    const context = contextIn(directory);
    await writeGo(context.bin, right, `console.error('cannot find module'); process.exit(1);`);
    await expect(obtain(hammer({ build: hammerBuild(directory) }), context)).rejects.toThrow(
      'Go build: go ended with code 1: cannot find module',
    );
  });

  it('tells that Go is too old', async () => {
    const directory = await temporaryDirectory();
    const context = contextIn(directory);
    await writeGo(context.bin, right, '', 'go1.20.1');
    await expect(obtain(hammer({ build: hammerBuild(directory) }), context)).rejects.toThrow(
      `Go build: ${context.bin}/go is go1.20.1, but 1.26 or newer is needed`,
    );
  });
});
