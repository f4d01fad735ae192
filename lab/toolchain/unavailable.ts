import { variableOf } from './sources/variable.ts';
import type { Tool } from './tool.ts';
import { neededGo } from './versions.ts';

/** One source that did not give the tool, and why. */
export interface FailedAttempt {
  source: string;
  reason: string;
}

/** No source gave the tool. */
export class ToolUnavailableError extends Error {
  override readonly name = 'ToolUnavailableError';
  readonly tool: string;
  readonly attempts: readonly FailedAttempt[];

  constructor(tool: Tool, attempts: readonly FailedAttempt[]) {
    super(describe(tool, attempts));
    this.tool = tool.name;
    this.attempts = attempts;
  }
}

function describe(tool: Tool, attempts: readonly FailedAttempt[]): string {
  const { name, version } = tool;
  return [
    `${name} ${version} is not available`,
    ...attempts.map(({ source, reason }) => `  ${source}: ${reason}`),
    'supply it in one of three ways:',
    `  set ${variableOf(name)} to the path of the binary`,
    `  put ${name} ${version} on PATH`,
    `  ${remedy(tool)}`,
  ].join('\n');
}

function remedy({ download, wheel }: Tool): string {
  const builder = wheel === undefined ? `install Go ${neededGo} or newer` : 'install Python 3 with pip';
  if (download === undefined) return `${builder} and let it reach its packages`;
  return `let this machine reach ${new URL(download.url).host}, or ${builder} and let it reach its packages`;
}
