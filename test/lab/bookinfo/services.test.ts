import { describe, expect, it } from '@jest/globals';
import { details } from '../../../lab/bookinfo/details.ts';
import type { Handler } from '../../../lab/bookinfo/http.ts';
import { ratings } from '../../../lab/bookinfo/ratings.ts';

async function get(handler: Handler, path: string): Promise<{ status: number; value: unknown }> {
  const call = { method: 'GET', path, headers: {}, body: () => Promise.resolve('') };
  const { status, headers, body } = await handler(call);
  return { status, value: headers['content-type'] === 'application/json' ? JSON.parse(body) : body };
}

describe('details', () => {
  it('knows the book', async () => {
    expect(await get(details, '/details/0')).toMatchObject({
      status: 200,
      value: { id: 0, author: 'William Shakespeare', 'ISBN-10': '1234567890', publisher: 'PublisherA' },
    });
  });

  it('asks for a number, is healthy, and knows no other path', async () => {
    expect(await get(details, '/details/zero')).toMatchObject({ status: 400 });
    expect(await get(details, '/health')).toEqual({ status: 200, value: { status: 'Details is healthy' } });
    expect(await get(details, '/ratings/0')).toMatchObject({ status: 404 });
  });
});

describe('ratings', () => {
  it('has the stars of each reviewer', async () => {
    expect(await get(ratings, '/ratings/0')).toEqual({
      status: 200,
      value: { id: 0, ratings: { Reviewer1: 5, Reviewer2: 4 } },
    });
  });

  it('asks for a number, is healthy, and knows no other path', async () => {
    expect(await get(ratings, '/ratings/')).toMatchObject({ status: 400 });
    expect(await get(ratings, '/health')).toEqual({ status: 200, value: { status: 'Ratings is healthy' } });
    expect(await get(ratings, '/details/0')).toMatchObject({ status: 404 });
  });
});
