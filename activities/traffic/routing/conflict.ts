import { Context } from '@temporalio/activity';
import { apiCode } from '../../kubernetes/index.ts';

/** Writers that meet this often in a row are fighting, not meeting. */
const maxAttempts = 10;

/**
 * Reads and writes again, from a fresh read, when somebody else wrote in between. For work that writes with the
 * resourceVersion it has read.
 */
export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (apiCode(error) !== 409 || attempt === maxAttempts) throw error;
      await Context.current().sleep(attempt * 10);
    }
  }
}
