import { describe, expect, it } from '@jest/globals';
import { maxCheckTimeout, maxObserveTimeout } from '../../domain/defaults.ts';
import { FailureType } from '../../domain/failure.ts';
import {
  mutateOptions,
  quickOptions,
  readOptions,
  removeOptions,
  restoreOptions,
} from '../../workflows/retries.ts';

describe('what an activity may take', () => {
  it.each([
    ['reads', readOptions, maxCheckTimeout],
    ['changes', mutateOptions, 2 * maxObserveTimeout],
    ['restores', restoreOptions, 2 * maxObserveTimeout],
    ['removals', removeOptions, 2 * maxObserveTimeout],
  ])('is longer than any deadline that %s keep themselves, so that these end them', (_name, options, own) => {
    expect(Number(options.startToCloseTimeout)).toBeGreaterThan(own);
  });
});

it('bugs are not retried', () => {
  for (const { retry } of [quickOptions, readOptions, mutateOptions, restoreOptions])
    expect(retry?.nonRetryableErrorTypes).toContain(FailureType.bug);
});
