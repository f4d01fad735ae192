import { describe, expect, it } from '@jest/globals';
import type { Mesh, MeshAnswer, MeshRequest } from '../../../lab/bookinfo/mesh.ts';
import { createProductpage } from '../../../lab/bookinfo/productpage.ts';

const healthy: Record<string, MeshAnswer> = {
  details: { status: 200, value: { id: 0, publisher: 'PublisherA', pages: 200 } },
  reviews: {
    status: 200,
    value: {
      id: '0',
      podname: 'reviews-v2-5d8f-x2k',
      reviews: [{ reviewer: 'Reviewer1', text: '<b>fun</b>', rating: { stars: 4, color: 'black' } }],
    },
  },
  ratings: { status: 200, value: { id: 0, ratings: { Reviewer1: 5 } } },
};

const down: MeshAnswer = { status: 503, value: null };

function createShop(answers: Record<string, MeshAnswer | MeshAnswer[]> = {}) {
  const asked: MeshRequest[] = [];
  const mesh: Mesh = {
    get: (request) => {
      const answer = answers[request.service] ?? healthy[request.service];
      asked.push(request);
      const current = Array.isArray(answer) ? answer.shift() : answer;
      return Promise.resolve(current ?? down);
    },
    close: () => Promise.resolve(),
  };
  const handler = createProductpage(mesh);
  const get = async (path: string, headers = {}, method = 'GET', body = '') =>
    handler({ method, path, headers, body: () => Promise.resolve(body) });
  return { get, asked };
}

describe('productpage', () => {
  it('shows the book, its details, its reviews and the pod that served them', async () => {
    const { status, body } = await createShop().get('/productpage');
    expect(status).toBe(200);
    expect(body).toContain('<title>Simple Bookstore App</title>');
    expect(body).toContain('PublisherA');
    expect(body).toContain('Reviews served by: reviews-v2-5d8f-x2k');
    expect(body).toContain('<div class="stars text-black-500">★★★★☆</div>');
  });

  it('escapes what others say', async () => {
    const { body } = await createShop().get('/productpage', { cookie: 'user=%3Cscript%3E' });
    expect(body).not.toMatch(/<b>fun|<script>/);
  });

  it('asks twice for reviews, and goes without them when both fail', async () => {
    const shop = createShop({ reviews: down });
    const { status, body } = await shop.get('/productpage');
    expect(status).toBe(200);
    expect(body).toContain('Sorry, product reviews are currently unavailable for this book.');
    expect(body).toContain('PublisherA');
    expect(shop.asked.map(({ service }) => service)).toEqual(['details', 'reviews', 'reviews']);
  });

  it('shows the reviews when the second attempt has them', async () => {
    const shop = createShop({ reviews: [down, healthy.reviews ?? down] });
    expect((await shop.get('/productpage')).body).toContain('Reviews served by');
  });

  it('goes without details, asked for once', async () => {
    const shop = createShop({ details: down });
    const { body } = await shop.get('/productpage');
    expect(body).toContain('Sorry, product details are currently unavailable for this book.');
    expect(body).toContain('Reviews served by');
    expect(shop.asked.filter(({ service }) => service === 'details')).toHaveLength(1);
  });

  it('says that stars could not be had', async () => {
    const rating = { error: 'Ratings service is currently unavailable' };
    const value = { podname: 'reviews-v3-a-b', reviews: [{ reviewer: 'a', text: 'b', rating }] };
    const { body } = await createShop({ reviews: { status: 200, value } }).get('/productpage');
    expect(body).toContain(rating.error);
  });

  it('takes an answer that makes no sense for none', async () => {
    const shop = createShop({ reviews: { status: 200, value: 'hello' } });
    expect((await shop.get('/productpage')).body).toContain('Sorry, product reviews');
    expect(await shop.get('/api/v1/products/0/reviews')).toMatchObject({ status: 500 });
  });

  it('has the API of the original', async () => {
    const shop = createShop({ ratings: down });
    const json = async (path: string) => JSON.parse((await shop.get(path)).body) as unknown;
    expect(await json('/api/v1/products')).toMatchObject([{ id: 0, title: 'The Comedy of Errors' }]);
    expect(await json('/api/v1/products/0')).toEqual(healthy.details?.value);
    expect(await json('/api/v1/products/0/reviews')).toEqual(healthy.reviews?.value);
    expect(await shop.get('/api/v1/products/0/ratings')).toMatchObject({
      status: 503,
      body: '{"error":"Sorry, product ratings are currently unavailable for this book."}',
    });
    expect((await shop.get('/api/v1/products/x')).status).toBe(404);
  });

  it('signs people in and out, and tells the services who asks', async () => {
    const shop = createShop();
    const signedIn = await shop.get('/login', {}, 'POST', 'username=j%C3%BCrgen&passwd=x');
    expect(signedIn).toMatchObject({ status: 302, headers: { location: '/productpage' } });
    const cookie = signedIn.headers['set-cookie']?.split(';')[0];
    expect((await shop.get('/productpage', { cookie })).body).toContain('jürgen');
    expect(shop.asked[0]?.headers).toMatchObject({ 'end-user': 'j%C3%BCrgen' });
    expect((await shop.get('/logout')).headers['set-cookie']).toContain('Max-Age=0');
    expect((await shop.get('/productpage', { cookie: 'user=%' })).status).toBe(200);
  });

  it('hands on the headers of a trace', async () => {
    const shop = createShop();
    await shop.get('/productpage', { 'x-request-id': 'r', b3: 'b' });
    for (const { headers } of shop.asked) expect(headers).toEqual({ 'x-request-id': 'r', b3: 'b' });
  });

  it.each([
    ['/', 200],
    ['/health', 200],
    ['/static/bookinfo.css', 200],
    ['/login', 405],
    ['/static/nothing', 404],
    ['/nothing', 404],
  ])('answers GET %s with %d', async (path, status) => {
    expect((await createShop().get(path)).status).toBe(status);
  });
});
