import type { Scenario } from '../trial.ts';
import { abort } from './abort.ts';
import { broken } from './broken.ts';
import { healthy } from './healthy.ts';
import { healthyBackground } from './healthy-background.ts';
import { healthyUnanswered } from './healthy-unanswered.ts';
import { noTraffic } from './no-traffic.ts';
import { prometheusOutage } from './prometheus-outage.ts';
import { sharedFault } from './shared-fault.ts';
import { waysToFail } from './ways-to-fail.ts';
import { workerEnds } from './worker-ends.ts';

/** Every scenario, short ones first. */
export const scenarios: readonly Scenario[] = [
  broken,
  waysToFail,
  abort,
  workerEnds,
  prometheusOutage,
  noTraffic,
  sharedFault,
  healthy,
  healthyBackground,
  healthyUnanswered,
];
