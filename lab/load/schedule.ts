/**
 * Calls `fire` at a fixed rate. Each time is reckoned from the start, so that neither a late timer nor slow work adds
 * up; times that were missed are made up for at once.
 *
 * @param rate calls a second
 * @param fire gets the time (of `performance.now()`) at which the call was due
 * @returns stops the calls
 */
export function startSchedule(rate: number, fire: (due: number) => void): () => void {
  const start = performance.now();
  const dueTime = (call: number) => start + (call * 1000) / rate;
  let calls = 0;
  let timer: NodeJS.Timeout | undefined;
  const wake = () => {
    const now = performance.now();
    for (; dueTime(calls) <= now; calls += 1) fire(dueTime(calls));
    timer = setTimeout(wake, Math.max(0, Math.ceil(dueTime(calls) - performance.now())));
  };
  wake();
  return () => clearTimeout(timer);
}
