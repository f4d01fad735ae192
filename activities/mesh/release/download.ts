import { join } from 'node:path';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { extract } from 'tar';
import { FailureType } from '../../../domain/failure.ts';
import { istioMinors } from '../../../domain/istio.ts';
import { messageOf } from '../../../domain/message-of.ts';
import { defaultTimeouts, FetchError } from '../../../downloads/fetch.ts';
import { fetchVerified, isSkipped } from '../../../downloads/release.ts';
import { heartbeatWhile } from '../../heartbeat.ts';
import { keep } from './cache.ts';
import type { Release, ReleaseSource } from './release.ts';

/** Type of a failure that a retry may cure: the release is there, and the way to it was not. */
const downloadFailed = 'DownloadFailed';

/** Names of platforms and processors in the names of Istio's files. */
const platforms: Partial<Record<string, string>> = { linux: 'linux', darwin: 'osx' };
const architectures: Partial<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** What of a release is looked for. */
export type Wanted = 'istioctl' | 'add-ons';

const install = 'https://istio.io/latest/docs/setup/install/istioctl/';
const remedies: Readonly<Record<Wanted, readonly [name: string, remedy: string]>> = {
  istioctl: ['istioctl', `put it on the worker's PATH (${install})`],
  'add-ons': [
    'the manifests of the add-ons (samples/addons) of Istio',
    `put bin/istioctl of a whole release on the worker's PATH (${install}), or leave spec.addons out`,
  ],
};

/** Parts of a release that are of use here; its charts are built into istioctl. */
const wanted = /^(\.\/)?[^/]+\/(bin\/istioctl|samples\/addons\/.+)$/;

/**
 * Fetches the official release of a version into the cache, checked against its published sum. Fails with
 * `ToolMissing` where no retry would get it, and with what was tried before in the message.
 */
export async function download(
  source: ReleaseSource,
  version: string,
  tried: readonly string[],
  what: Wanted = 'istioctl',
): Promise<Release> {
  const unobtainable = unobtainableOf(what);
  const [platform, architecture] = [platforms[process.platform], architectures[process.arch]];
  if (isSkipped(source.env)) throw unobtainable(version, [...tried, 'SLUICE_SKIP_DOWNLOADS is set']);
  if (platform === undefined || architecture === undefined) {
    const reason = `Istio has no release for ${process.platform} ${process.arch}`;
    throw unobtainable(version, [...tried, reason]);
  }
  const url = `${source.origin}/${version}/istio-${version}-${platform}-${architecture}.tar.gz`;
  try {
    return await keep(source, version, (directory) => fetchInto(directory, version, url));
  } catch (error) {
    Context.current().cancellationSignal.throwIfAborted();
    throw unobtainable(version, [...tried, messageOf(error)], error instanceof FetchError && error.isPassing);
  }
}

async function fetchInto(directory: string, version: string, url: string): Promise<void> {
  const signal = Context.current().cancellationSignal;
  const context = { signal, timeouts: defaultTimeouts, unreachable: new Set<string>() };
  const archive = join(directory, 'release.tar.gz');
  let share = 0;
  const progress = () => `downloading Istio ${version}: ${Math.floor(share * 100)} %`;
  await heartbeatWhile(progress, async () => {
    await fetchVerified({ url, checksumUrl: `${url}.sha256` }, archive, context, (part) => (share = part));
    await extract({ file: archive, cwd: directory, strip: 1, filter: (path) => wanted.test(path) });
  });
}

function unobtainableOf(what: Wanted) {
  return (version: string, reasons: readonly string[], isPassing = false): ApplicationFailure => {
    const supported = istioMinors.map(({ minor }) => minor).join(', ');
    const [name, remedy] = remedies[what];
    return ApplicationFailure.create({
      message: `${name} ${version} ${what === 'istioctl' ? 'is' : 'are'} not to be had: ${reasons.join('; ')}; ${remedy}, or name another mesh.version (${supported})`,
      type: isPassing ? downloadFailed : FailureType.toolMissing,
      nonRetryable: !isPassing,
    });
  };
}
