import { request } from 'undici';

/** Longest wait for one answer, in ms. */
const timeout = 5_000;

/** Whether a GET is answered with a page, with where to find it, or with the question who asks. */
export async function answers(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(timeout) });
    await body.dump();
    return statusCode < 400 || statusCode === 401 || statusCode === 403;
  } catch {
    return false;
  }
}
