/** What gates that take samples have in common. */
export const sampled = {
  name: 'gate',
  hosts: ['reviews'],
  dryRun: false,
  initialDelay: 0,
  interval: 1_000,
  window: 5_000,
  failureLimit: 0,
  inconclusiveLimit: null,
  consecutiveErrorLimit: 4,
} as const;
