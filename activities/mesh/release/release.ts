import type { ClusterConnection } from '../../../domain/rollout.ts';
import { withoutTrailingSlashes } from '../../../domain/trailing-slashes.ts';

/** A release of Istio on the worker's machine. */
export interface Release {
  /** Path of istioctl, or its name on PATH. */
  readonly istioctl: string;
  readonly version: string;
  /** Directory of the manifests of its add-ons (`samples/addons` of the release); null where only istioctl is there. */
  readonly addOns: string | null;
}

/** Where a worker finds releases of Istio. */
export interface ReleaseSource {
  /** Variables read: `PATH`, `XDG_CACHE_HOME`, `SLUICE_SKIP_DOWNLOADS`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Base URL below which each version has its files, as on GitHub. */
  readonly origin: string;
  /** What the cluster's provider brings; null where it brings nothing. */
  readonly broughtTo: (connection: ClusterConnection) => Promise<BroughtTools | null>;
}

/** Tools on the worker's machine, as the worker itself knows them. */
export type BroughtTools = Omit<Release, 'version'>;

const nothing: ReleaseSource['broughtTo'] = () => Promise.resolve(null);

/** Where Istio publishes its releases. */
const officialOrigin = 'https://github.com/istio/istio/releases/download';

/**
 * Releases for a process with this environment; `SLUICE_ISTIO_RELEASES` names a mirror.
 * @param env of the worker
 * @param broughtTo what providers bring; nothing by default
 * @throws Error for a mirror whose checksums prove nothing
 */
export function releaseSource(env: ReleaseSource['env'], broughtTo = nothing): ReleaseSource {
  const mirror = env.SLUICE_ISTIO_RELEASES?.trim() ?? '';
  if (mirror !== '') requireTrusted(mirror);
  return { env, broughtTo, origin: mirror === '' ? officialOrigin : withoutTrailingSlashes(mirror) };
}

/** Files and their checksums come from the same place: it has to be the one that is meant. */
function requireTrusted(mirror: string): void {
  const url = URL.parse(mirror);
  if (url?.protocol === 'https:') return;
  if (url?.protocol === 'http:' && /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname)) return;
  const what = url === null ? 'no address' : `${url.protocol}//${url.host}`;
  throw new Error(
    `SLUICE_ISTIO_RELEASES is ${what}: it must be https://, or http:// on this machine; elsewhere anybody on the way could change releases and their checksums`,
  );
}
