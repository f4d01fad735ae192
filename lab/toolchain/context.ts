import { defaultTimeouts, type DownloadTimeouts, type FetchContext } from '../../downloads/fetch.ts';
import { officialOrigins } from './releases.ts';
import type { Origins } from './tool.ts';

/** What a caller may say about how tools are found. */
export interface ToolchainOptions {
  /** Takes one line of progress at a time. */
  onProgress?: (line: string) => void;
  /** Ends downloads and builds under way. */
  signal?: AbortSignal;
  /**
   * Variables read: `SLUICE_TOOL_<NAME>` (path of a tool), `SLUICE_SKIP_DOWNLOADS=1` (official releases are not
   * tried, for machines that reach package registries only), `PATH`, `XDG_CACHE_HOME`.
   */
  env?: Readonly<Record<string, string | undefined>>;
  /** Where official releases are fetched from. */
  origins?: Partial<Origins>;
  timeouts?: Partial<DownloadTimeouts>;
}

/** Options with everything filled in, shared by all tools of one call. */
export interface ToolchainContext extends FetchContext {
  onProgress: (line: string) => void;
  env: Readonly<Record<string, string | undefined>>;
  origins: Origins;
}

/** Fills in the defaults. */
export function toContext(options: ToolchainOptions): ToolchainContext {
  return {
    onProgress: options.onProgress ?? (() => undefined),
    signal: options.signal,
    env: options.env ?? process.env,
    origins: { ...officialOrigins, ...options.origins },
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    unreachable: new Set(),
  };
}
