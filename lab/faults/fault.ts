import { z } from 'zod';

const fault = z.strictObject({
  /** Share of requests answered with 500, 0 to 1. */
  error: z.number().min(0).max(1).optional(),
  /** Milliseconds added to every answer. */
  latencyMs: z.number().nonnegative().optional(),
  /** Share of requests that are never answered, 0 to 1. */
  hang: z.number().min(0).max(1).optional(),
  /** Connections are refused. */
  refuse: z.boolean().optional(),
  /** Status with which failing gRPC calls end, by default 13 (internal). */
  grpc: z.int().min(1).max(16).optional(),
  /** The program ends with exit code 1 at its next request. */
  crash: z.boolean().optional(),
  /** Of reviews: it fails when ratings does, where Bookinfo's answers without stars. */
  strict: z.boolean().optional(),
});

const faults = z.record(z.string(), fault);

/** What is wrong with a workload, on purpose. */
export type Fault = z.infer<typeof fault>;

/** Faults by workload: the content of a lab's faults.json. */
export type Faults = z.infer<typeof faults>;

export const noFault: Fault = {};

/** Checks the content of a faults file. Throws when it is something else. */
export function readFaults(value: unknown): Faults {
  return faults.parse(value);
}
