import { formatDuration } from '../../domain/duration.ts';

type Report = (line: string) => void;

const tick = 10_000;

/** Elapsed time in whole seconds: `45s`, `1m20s`. */
export function formatElapsed(milliseconds: number): string {
  return formatDuration(Math.round(milliseconds / 1000) * 1000);
}

/** Runs an action that may take minutes; reports its start, every ten seconds that it goes on, and its end. */
export async function reportWhile<T>(
  doing: string,
  onProgress: Report,
  action: (detail: (text: string) => void) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const elapsed = () => formatElapsed(performance.now() - started);
  let detail = '';
  onProgress(doing);
  const timer = setInterval(() => onProgress(`${doing} … ${elapsed()}${detail}`), tick);
  try {
    const result = await action((text) => (detail = ` (${text})`));
    onProgress(`${doing} … done in ${elapsed()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** Passes on the first line, then one each ten seconds, however often it is called. */
export function everyTenSeconds(onProgress: Report): Report {
  let last = -Infinity;
  return (line) => {
    const now = performance.now();
    if (now - last < tick) return;
    last = now;
    onProgress(line);
  };
}
