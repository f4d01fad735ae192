/** What tells one build from another: the package's version and the commit that it was built from. */
import { execa } from 'execa';

/** Length of a commit in a build id; Git's own short ones have seven to twelve. */
const commitLength = 12;

/** `<version>-<commit>`, or the version alone where the commit is not known. */
export function buildIdOf(version: string, commit: string | null): string {
  return commit === null ? version : `${version}-${commit.slice(0, commitLength)}`;
}

/** `SLUICE_COMMIT`, or what Git says of the directory; null where neither knows, as in an unpacked archive. */
export async function commitOf(env: NodeJS.ProcessEnv, directory: string): Promise<string | null> {
  const given = env.SLUICE_COMMIT?.trim();
  if (given) return given;
  const { stdout, failed } = await execa('git', ['rev-parse', 'HEAD'], { cwd: directory, reject: false });
  return failed ? null : stdout.trim();
}
