import { describe, expect, it } from '@jest/globals';
import { renderProductPage } from '../../../lab/bookinfo/page.ts';
import { classifyByField, classifyByHeader, classifyPage } from '../../../lab/load/classify.ts';

const details = { status: 200, value: { publisher: 'PublisherA' } } as const;
const review = { reviewer: 'Reviewer1', text: 'fun' };

function page(podname: string, rating?: { stars: number; color: string } | { error: string }) {
  const reviews = [{ ...review, ...(rating && { rating }) }];
  const body = renderProductPage(undefined, details, { status: 200, value: { podname, reviews } });
  return classifyPage({ status: 200, headers: {}, body });
}

function brokenPage(part: 'details' | 'reviews') {
  const failure = { status: 500, error: `Sorry, product ${part} are currently unavailable for this book.` };
  const reviews = { status: 200 as const, value: { podname: 'reviews-v2-5d8f-x2k', reviews: [review] } };
  const body = renderProductPage(
    undefined,
    part === 'details' ? failure : details,
    part === 'reviews' ? failure : reviews,
  );
  return classifyPage({ status: 200, headers: {}, body });
}

describe('classifyPage', () => {
  it.each(['v1', 'v2', 'v3'])('tells %s by the pod that served the reviews', (version) => {
    expect(page(`reviews-${version}-5d8f7c9b4-x2k9z`)).toEqual({ version, error: null });
  });

  it('believes the pod, not the stars', () => {
    expect(page('reviews-v2-5d8f-x2k', { stars: 5, color: 'red' }).version).toBe('v2');
  });

  it('falls back on the stars where the pod name tells nothing', () => {
    expect(page('abc123').version).toBe('v1');
    expect(page('abc123', { stars: 5, color: 'black' }).version).toBe('v2');
    expect(page('abc123', { stars: 5, color: 'red' }).version).toBe('v3');
  });

  it("reads the original Bookinfo's page too", () => {
    const body =
      '<title>Simple Bookstore App</title><h4>Book Reviews</h4><div class="flex gap-x-1 text-red-500"><svg/></div>' +
      '<div class="mt-0.5">Reviews served by: \n                  reviews-v3-7dbcdcbc56-jl5hs\n</div>';
    expect(classifyPage({ status: 200, headers: {}, body })).toEqual({ version: 'v3', error: null });
    const stars = body.replace('reviews-v3-7dbcdcbc56-jl5hs', 'a1b2c3');
    expect(classifyPage({ status: 200, headers: {}, body: stars }).version).toBe('v3');
  });

  it('counts a page that lacks a part as failed', () => {
    expect(brokenPage('reviews')).toEqual({ version: null, error: 'reviews unavailable' });
    expect(brokenPage('details')).toEqual({ version: 'v2', error: 'details unavailable' });
    expect(page('reviews-v2-a-b', { error: 'Ratings service is currently unavailable' })).toEqual({
      version: 'v2',
      error: 'ratings unavailable',
    });
  });

  it('counts other answers as failed', () => {
    expect(classifyPage({ status: 503, headers: {}, body: '' }).error).toBe('status 503');
    expect(classifyPage({ status: 200, headers: {}, body: 'hello' }).error).toBe('not productpage');
  });
});

describe('classifyByField and classifyByHeader', () => {
  const body = '{"podname":"reviews-v2-5d8f-x2k"}';

  it('tell the version by a pod name in the answer', () => {
    expect(classifyByField('podname')({ status: 200, headers: {}, body })).toEqual({
      version: 'v2',
      error: null,
    });
    const headers = { 'x-pod': 'reviews-v3' };
    expect(classifyByHeader('X-Pod')({ status: 200, headers, body: '' })).toEqual({
      version: 'v3',
      error: null,
    });
  });

  it('tell the version of an answer that failed, too', () => {
    const headers = { 'x-pod': 'reviews-v3-5d8f-x2k' };
    const failed = { version: 'v3', error: 'status 500' };
    expect(classifyByHeader('x-pod')({ status: 500, headers, body: '' })).toEqual(failed);
  });

  it('count an answer without it as failed', () => {
    const byField = classifyByField('podname');
    for (const broken of ['', '<html>', 'null', '{}', '{"podname":7}', '{"podname":"elsewhere"}']) {
      expect(byField({ status: 200, headers: {}, body: broken })).toEqual({
        version: null,
        error: 'no field podname',
      });
    }
    expect(byField({ status: 500, headers: {}, body: '' })).toEqual({ version: null, error: 'status 500' });
    expect(classifyByHeader('x-pod')({ status: 200, headers: {}, body }).error).toBe('no header x-pod');
  });
});
