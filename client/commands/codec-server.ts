import { Command, InvalidArgumentError, Option } from 'commander';
import {
  formatListenAddress,
  isLoopback,
  type ListenAddress,
  parseListenAddress,
} from '../../domain/listen-address.ts';
import { messageOf } from '../../domain/message-of.ts';
import { oneLine } from '../../domain/plain-text.ts';
import { EncryptionCodec } from '../../encryption/codec.ts';
import { keysFileVariable, keysVariable } from '../../encryption/keys.ts';
import { originsOf, parseOrigin } from '../codec-server/origins.ts';
import { type CodecOptions, type CodecServer, serveCodec } from '../codec-server/serve-codec.ts';
import { resolveServer, type ServerSettings } from '../connection/settings.ts';
import type { Context } from '../context.ts';
import { failure, refuse } from '../errors.ts';
import { webUiBases } from '../open/web-ui.ts';
import { optionsOf } from '../options.ts';
import { answer } from './answer.ts';

interface CodecServerOptions {
  readonly listen: ListenAddress;
  readonly origin?: readonly string[];
}

/** Beside the Web UI of a dev server, which is at 8233. */
const defaultListen: ListenAddress = { host: '127.0.0.1', port: 8_234 };

/** `sluice codec-server` */
export function codecServerCommand(context: Context): Command {
  return new Command('codec-server')
    .description("decrypt payloads for Temporal's Web UI and the temporal CLI, until it is told to stop")
    .addOption(
      new Option('--listen <ip:port>', 'loopback address to listen at')
        .argParser(parseListen)
        .default(defaultListen, formatListenAddress(defaultListen)),
    )
    .option(
      '--origin <url>',
      "origin of a Web UI that may ask; again for each (default: the server's, as `open ui` looks for it)",
      addOrigin,
    )
    .action(async ({ listen, origin }: CodecServerOptions, command: Command) => {
      const options = optionsOf(command);
      const settings = resolveServer(options, context.env);
      const origins = origin ?? originsOf(webUiBases(settings, context.env.SLUICE_TEMPORAL_UI));
      const codec = codecOf(settings);
      const server = await listenAt(listen, { codec, origins, onTrouble: onceInARow(context.note) });
      try {
        const endpoint = `http://${formatListenAddress(server.address)}`;
        answer(context, options, { endpoint, origins }, endpoint);
        for (const line of directions(endpoint, origins)) context.note(line);
        // An open port keeps the process alive; nothing but a signal ends it.
        await context.untilInterrupted(new Promise<never>(() => undefined));
      } finally {
        await server.close();
      }
    });
}

/** Loopback alone, as nothing asks who is there: whoever reaches the port reads everything. */
function parseListen(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address !== null && isLoopback(address)) return address;
  throw new InvalidArgumentError(
    'a loopback address and a port are allowed, as in 127.0.0.1:8234 or [::1]:8234; for other machines, put a proxy before it that knows who asks',
  );
}

function addOrigin(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), parseOrigin(text)];
}

function codecOf({ encryption }: ServerSettings): EncryptionCodec {
  if (encryption.length > 0) return new EncryptionCodec(encryption);
  throw refuse(
    `no key is set, so nothing could be decrypted: set ${keysFileVariable} or ${keysVariable} as for the workers`,
  );
}

async function listenAt(listen: ListenAddress, options: CodecOptions): Promise<CodecServer> {
  try {
    return await serveCodec(listen, options);
  } catch (error) {
    throw failure(
      `cannot listen at ${formatListenAddress(listen)}: ${messageOf(error)}; --listen names another`,
    );
  }
}

/** The Web UI asks for each event of a history: one reason for all of them is told once. */
function onceInARow(note: (line: string) => void): (reason: string) => void {
  let last = '';
  return (reason) => {
    if (reason !== last) note(oneLine(reason));
    last = reason;
  };
}

function directions(endpoint: string, origins: readonly string[]): string[] {
  const pages =
    origins.length === 0 ? 'no Web UI (--origin names one)' : `the Web UI at ${origins.join(', ')}`;
  return [
    `decrypts for programs of this machine and ${pages}; Ctrl-C ends it`,
    `CLI: temporal workflow show --workflow-id <id> --detailed --codec-endpoint ${endpoint}`,
    `Web UI: "Configure Codec Server", endpoint ${endpoint}`,
  ];
}
