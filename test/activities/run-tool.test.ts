import { afterEach, describe, expect, it } from '@jest/globals';
import { runTool, tailOf } from '../../activities/run-tool.ts';
import { activityEnvironment, asActivity } from './support/activity.ts';
import { fakeProgram } from './support/fake-program.ts';

let program: Awaited<ReturnType<typeof fakeProgram>> | undefined;

afterEach(async () => {
  await program?.remove();
  program = undefined;
});

async function run(body: string, ...args: string[]) {
  program = await fakeProgram(body);
  const command = program.path;
  return () => runTool({ command, args, name: 'the tool' });
}

describe('a tool', () => {
  it('gets its arguments as they are, without a shell', async () => {
    const tool = await run('console.log(JSON.stringify(args))', 'a b', '$HOME', ';');
    await expect(asActivity(tool)).resolves.toMatchObject({
      exitCode: 0,
      stdout: '["a b","$HOME",";"]',
      missing: false,
    });
  });

  it('gets what reaches a cluster, and no secret of the worker', async () => {
    const tool = await run('console.log(JSON.stringify(process.env))');
    const secrets = { TEMPORAL_API_KEY: 'k1', SLUICE_ENCRYPTION_KEYS: 'k2', SLACK_WEBHOOK: 'k3' };
    const needed = { AWS_PROFILE: 'shop', HTTPS_PROXY: 'http://proxy.example' };
    Object.assign(process.env, secrets, needed);
    try {
      const given = JSON.parse((await asActivity(tool)).stdout) as Record<string, string>;
      expect(given).toMatchObject({ ...needed, PATH: process.env.PATH });
      expect(Object.keys(given)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/TEMPORAL|SLACK|ENCR/)]),
      );
    } finally {
      for (const name of Object.keys({ ...secrets, ...needed })) Reflect.deleteProperty(process.env, name);
    }
  });

  it('gives its exit code and both streams when it fails', async () => {
    const tool = await run('console.log("out"); console.error("err"); process.exit(3)');
    await expect(asActivity(tool)).resolves.toMatchObject({ exitCode: 3, stdout: 'out', stderr: 'err' });
  });

  it('that is not there is missing', async () => {
    await expect(
      asActivity(() => runTool({ command: '/nonexistent/tool', args: [], name: 'the tool' })),
    ).resolves.toMatchObject({ missing: true });
  });

  it('heartbeats its last line and the seconds since its start', async () => {
    const { environment, heartbeats } = activityEnvironment();
    const lines = String.raw`process.stderr.write('first\n\x1b[32m- waiting\x1b[0m\r- still waiting\r');`;
    await environment.run(await run(`${lines} setTimeout(() => {}, 1500)`));
    // A busy machine takes a second to start it, and then tells of more of them.
    expect(heartbeats.at(0)).toMatch(/^the tool runs \([0-9]+ s\)$/);
    expect(heartbeats.at(-1)).toMatch(/^- still waiting \([1-9][0-9]* s\)$/);
  });

  it('is ended by SIGTERM and waited for when the activity is cancelled', async () => {
    const { environment } = activityEnvironment();
    const body = `
      process.on('SIGTERM', () => setTimeout(() => { record('ended'); process.exit(0); }, 100));
      record('started');
      setInterval(() => {}, 1000);`;
    const running = environment.run(await run(body));
    while ((await program?.recorded())?.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    environment.cancel();
    await expect(running).rejects.toThrow('CANCELLED');
    await expect(program?.recorded()).resolves.toEqual(['started', 'ended']);
  });

  it('is not even started when the activity is cancelled already', async () => {
    const { environment } = activityEnvironment();
    environment.cancel();
    await expect(environment.run(await run('record("started")'))).rejects.toThrow('CANCELLED');
    await expect(program?.recorded()).resolves.toEqual([]);
  });
});

describe('the tail of a text', () => {
  it('is its last lines in one', () => {
    expect(tailOf('a\n\nb\r\nc\n', 2)).toBe('b; c');
  });
});
