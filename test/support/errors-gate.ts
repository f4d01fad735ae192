import type { ErrorsGateSpec } from '../../domain/spec/document.ts';
import { badAnswers } from './bad-answers.ts';

/** A gate of errors of reviews that reads the proxies, where a test says nothing else. */
export const errorsGate: ErrorsGateSpec = {
  kind: 'errors',
  ...badAnswers,
  name: 'errors',
  hosts: ['reviews'],
  dryRun: false,
  initialDelay: 0,
  interval: 1_000,
  allowed: 0.01,
  alpha: 0.01,
  minRequests: 10,
  source: 'proxies',
};
