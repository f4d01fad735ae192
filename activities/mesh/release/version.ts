import { runTool } from '../../run-tool.ts';

/** Version of an istioctl, as in `1.31.0`; null for one that is not there, or does not say it. */
export async function istioctlVersion(istioctl: string): Promise<string | null> {
  const args = ['version', '--remote=false'];
  const { missing, stdout } = await runTool({ command: istioctl, args, name: 'istioctl version' });
  return missing ? null : (/client version: v?(\S+)/.exec(stdout)?.[1] ?? null);
}
