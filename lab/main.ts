#!/usr/bin/env node
/** Command line of the lab. One JSON document or text on stdout, progress on stderr. */
import { resolve } from 'node:path';
import { CommanderError, InvalidArgumentError, Option, program, type Command } from 'commander';
import { down } from './down.ts';
import { istioTools } from './istio-tools.ts';
import { register as registerFault } from './faults/command.ts';
import { register as registerLoad } from './load/command.ts';
import { labDirectory } from './paths.ts';
import { status } from './status.ts';
import { formatStatus } from './status-text.ts';
import { up, type LabDescription, type Only } from './up.ts';
import { messageOf } from '../domain/message-of.ts';

interface Options {
  readonly name: string;
  readonly only?: Only;
  readonly output: 'text' | 'json';
  readonly tokenWebhook?: string;
  readonly audit?: boolean;
}

/** The command line was wrong and nothing was started. */
const badInput = 2;

const nameOption = () => new Option('--name <name>', 'the lab').default('default').argParser(labName);
const onlyOption = () =>
  new Option('--only <half>', 'just the Temporal server, or just the cluster').choices([
    'temporal',
    'cluster',
  ]);
const outputOption = () =>
  new Option('--output <format>', 'text or json').choices(['text', 'json']).default('text');

const onProgress = (line: string) => void process.stderr.write(`${line}\n`);

program
  .name('lab')
  .description('the embedded lab: a real cluster, mesh and Temporal server as processes on loopback')
  .exitOverride();

program
  .command('up')
  .description('start what is not running and wait until it is ready')
  .addOption(nameOption())
  .addOption(onlyOption())
  .option('--token-webhook <kubeconfig>', 'webhook that knows further bearer tokens, as in an EKS cluster')
  .addOption(
    new Option('--audit', 'have the API server log its requests to logs/kube-audit.jsonl').env(
      'SLUICE_LAB_AUDIT',
    ),
  )
  .addOption(outputOption())
  .action(async ({ name, only, output, audit, tokenWebhook: webhook }: Options) => {
    const lab = await up({ name, only, tokenWebhook: webhook && resolve(webhook), audit, onProgress });
    process.stdout.write(output === 'json' ? `${JSON.stringify(lab)}\n` : describe(lab));
  });

program
  .command('down')
  .description('end every process and remove the data; tools stay cached')
  .addOption(nameOption())
  .addOption(onlyOption())
  .action(({ name, only }: Options) => down({ name, only, onProgress }));

program
  .command('status')
  .description('show parts and pods; exit code 1 unless the lab is up and well')
  .addOption(nameOption())
  .addOption(outputOption())
  .action(async ({ name, output }: Options) => {
    const lab = await status(name);
    process.stdout.write(output === 'json' ? `${JSON.stringify(lab)}\n` : formatStatus(lab));
    if (lab.state !== 'up') process.exitCode = 1;
  });

program
  .command('istio')
  .description(
    'show the paths of istioctl and of the manifests of add-ons, obtained where they are not there',
  )
  .action(async () => {
    process.stdout.write(`${JSON.stringify(await istioTools(onProgress))}\n`);
  });

registerLoad(program);
registerFault(program);
await run(program);

function labName(value: string): string {
  try {
    labDirectory(value);
    return value;
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

function describe({ name, kubeconfig, prometheus, temporal }: LabDescription): string {
  const lines = [
    `lab '${name}' is up`,
    ...(temporal === null ? [] : [`temporal    ${temporal.address}`, `web ui      ${temporal.ui}`]),
    ...(kubeconfig === null ? [] : [`kubeconfig  ${kubeconfig}`]),
    ...(prometheus === null ? [] : [`prometheus  ${prometheus}`]),
  ];
  return `${lines.join('\n')}\n`;
}

async function run(command: Command): Promise<void> {
  try {
    await command.parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    // Commander has said already what is wrong with a command line.
    if (!(error instanceof CommanderError)) onProgress(`error: ${messageOf(error)}`);
  }
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof CommanderError)) return 1;
  return error.exitCode === 0 ? 0 : badInput;
}
