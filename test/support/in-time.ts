/** Calls functions in a process of their own, as nothing else ends one that does not come to an end. */
import { execa } from 'execa';

/** What takes more than linear time takes minutes with the inputs of tests, on whatever machine, in ms. */
const timeout = 120_000;

const code = `
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  for (const { name, module, call, args } of JSON.parse(Buffer.concat(chunks).toString())) {
    const answer = {};
    try {
      answer.value = JSON.stringify(await (await import(module))[call](...args)) ?? 'undefined';
    } catch (error) {
      answer.error = String(error?.message ?? error);
    }
    process.stdout.write(JSON.stringify({ name, ...answer }) + '\\n');
  }
`;

/** A call of an exported function of a module of the repository. */
export interface Call {
  readonly name: string;
  /** Path from the root of the repository. */
  readonly module: string;
  readonly call: string;
  readonly args: readonly unknown[];
}

/** The JSON of what a function gave, or the message of what it threw; neither if it had not ended in time. */
export interface Answer {
  readonly name: string;
  readonly value?: string;
  readonly error?: string;
}

/** Makes the calls one after the other; those behind one that does not end have no answer. */
export async function inTime(calls: readonly Call[]): Promise<ReadonlyMap<string, Answer>> {
  const root = new URL('../../', import.meta.url);
  const input = JSON.stringify(calls.map((call) => ({ ...call, module: new URL(call.module, root).href })));
  const args = ['--no-warnings', '--input-type=module', '--eval', code];
  const { stdout } = await execa(process.execPath, args, { input, reject: false, timeout });
  const answers = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Answer);
  return new Map(answers.map((answer) => [answer.name, answer]));
}
