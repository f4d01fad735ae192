import { Argument, Command, InvalidArgumentError } from 'commander';
import { addonNames, type AddonName } from '../../domain/addons.ts';
import { resolveServer } from '../connection/settings.ts';
import type { Context } from '../context.ts';
import { failure } from '../errors.ts';
import { type GlobalOptions, optionsOf } from '../options.ts';
import { openAddon, type Opened, type Opening } from '../open/add-on.ts';
import { type ClusterOptions, namesCluster } from '../open/cluster-options.ts';
import { describeSubject, findSubject, noRollout, type Subject } from '../open/subject.ts';
import { webUiPage } from '../open/web-ui.ts';
import { answer } from './answer.ts';
import { withSession } from './with-session.ts';

interface OpenOptions extends ClusterOptions {
  readonly port?: number;
  readonly ui?: string;
}

/** How long a forwarded add-on may take to answer its first request. */
const patience = 30_000;
const interval = 500;

/** `sluice open kiali` */
export function openCommand(context: Context): Command {
  return new Command('open')
    .description(
      "show where an add-on or Temporal's Web UI is; where nothing exposes it, forward a port to it",
    )
    .addArgument(new Argument('<what>', 'what to open').choices([...addonNames, 'ui']))
    .argument('[id]', 'workflow id of the rollout (default: the latest)')
    .option('--kubeconfig <path>', "the cluster's, instead of the rollout's")
    .option('--context <name>', 'context in it')
    .option(
      '--port <number>',
      'port of 127.0.0.1 to forward from (default: its own, or a free one)',
      parsePort,
    )
    .option('--ui <url>', 'base URL of the Web UI (default: SLUICE_TEMPORAL_UI, or where it is by default)')
    .action(async (what: AddonName | 'ui', id: string | undefined, given: OpenOptions, command: Command) => {
      const options = optionsOf(command);
      if (what === 'ui') await openUi(context, id, given, options);
      else await openNamed(context, what, id, given, options);
    });
}

async function openUi(
  context: Context,
  id: string | undefined,
  { ui = context.env.SLUICE_TEMPORAL_UI }: OpenOptions,
  options: GlobalOptions,
): Promise<void> {
  const server = resolveServer(options, context.env);
  await withSession(context, options, async (session) => {
    const rollout = await findSubject(session, id);
    const url = await webUiPage(server, rollout, ui, context.answers);
    answer(context, options, { name: 'ui', url, forwarded: false }, url);
  });
}

async function openNamed(
  context: Context,
  name: AddonName,
  id: string | undefined,
  given: OpenOptions,
  options: GlobalOptions,
): Promise<void> {
  const subject = await subjectOf(context, id, given, options);
  let trouble = '';
  const onTrouble = (reason: string) => {
    if (reason !== trouble) context.note(`a connection to ${name} failed: ${reason}`);
    trouble = reason;
  };
  const opening: Opening = { name, subject, localPort: given.port ?? null, onTrouble };
  const opened = await openAddon(async () => {
    const { clusterConfig } = await import('../open/cluster-source.ts');
    return await context.reachCluster(clusterConfig(given, subject.connection));
  }, opening);
  try {
    if (opened.forward !== null) await awaitAnswer(context, opened, () => trouble);
    answer(context, options, { name, url: opened.url, forwarded: opened.forward !== null }, opened.url);
    if (opened.forward !== null) await untilTold(context, opened.forward.address, name);
  } finally {
    await opened.forward?.close();
  }
}

/** What a rollout says, or nothing where the command line names a cluster and no rollout. */
async function subjectOf(
  context: Context,
  id: string | undefined,
  given: OpenOptions,
  options: GlobalOptions,
): Promise<Subject> {
  if (id === undefined && namesCluster(given)) return noRollout;
  return await withSession(context, options, async (session) => {
    const rollout = await findSubject(session, id);
    if (id === undefined) context.note(`of the latest rollout, ${rollout.workflowId}`);
    return await describeSubject(session, rollout);
  });
}

/** An address that nothing answers at is none. */
async function awaitAnswer(context: Context, { url }: Opened, trouble: () => string): Promise<void> {
  for (let waited = 0; waited <= patience; waited += interval) {
    if (await context.answers(url)) return;
    await context.sleep(interval);
  }
  throw failure(`nothing answers at ${url} for ${patience / 1000} s${trouble() && `: ${trouble()}`}`);
}

async function untilTold(context: Context, address: string, name: string): Promise<void> {
  context.note(`forwarding ${address} to ${name}; Ctrl-C ends it`);
  // An open port keeps the process alive; nothing but a signal ends it.
  await context.untilInterrupted(new Promise<never>(() => undefined));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('a whole number from 1 to 65535 is allowed');
}
