/** The lab, the worker and the load find their places by the environment; a server that it names is not ours to use. */
export function surround(stateHome: string): void {
  process.env.XDG_STATE_HOME = stateHome;
  process.env.XDG_CONFIG_HOME = stateHome;
  delete process.env.TEMPORAL_ADDRESS;
  delete process.env.TEMPORAL_CONFIG_FILE;
}
