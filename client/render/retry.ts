import { oneLine } from '../../domain/plain-text.ts';
import type { Retry } from '../connection/session.ts';

/**
 * Why the step that runs now is tried again, for a person.
 * @param retry of the step
 */
export function formatRetry({ attempt, failure }: Retry): string {
  return `trying again (attempt ${attempt}): ${oneLine(failure)}`;
}
