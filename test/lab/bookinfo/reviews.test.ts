import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createReviews } from '../../../lab/bookinfo/reviews.ts';

let mesh: Server;
let asked: { url: string | undefined; headers: IncomingHttpHeaders }[];
let answer: { status: number; body: string };

beforeEach(async () => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  asked = [];
  answer = { status: 200, body: '{"id":0,"ratings":{"Reviewer1":5,"Reviewer2":4}}' };
  mesh = createServer((request, response) => {
    asked.push({ url: request.url, headers: request.headers });
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => mesh.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  jest.restoreAllMocks();
  mesh.close();
  mesh.closeAllConnections();
});

async function getReviews(version: string, headers: IncomingHttpHeaders = {}, faultsFile?: string) {
  const reviews = createReviews({
    address: '127.0.0.1',
    port: 0,
    podName: `reviews-${version}-a-b`,
    version,
    mesh: `http://127.0.0.1:${(mesh.address() as AddressInfo).port}`,
    faultsFile,
    workload: `reviews-${version}`,
  });
  const call = { method: 'GET', path: '/reviews/0', headers, body: () => Promise.resolve('') };
  const { status, body } = await reviews(call);
  const value = JSON.parse(body) as { podname: string; reviews?: { rating?: unknown }[] };
  return { status, podname: value.podname, ratings: value.reviews?.map(({ rating }) => rating) };
}

describe('reviews', () => {
  it('v1 has no stars and does not ask for them', async () => {
    expect(await getReviews('v1')).toEqual({
      status: 200,
      podname: 'reviews-v1-a-b',
      ratings: [undefined, undefined],
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ['v2', 'black'],
    ['v3', 'red'],
  ])('%s has %s stars from ratings', async (version, color) => {
    expect(await getReviews(version)).toEqual({
      status: 200,
      podname: `reviews-${version}-a-b`,
      ratings: [
        { stars: 5, color },
        { stars: 4, color },
      ],
    });
    expect(asked).toMatchObject([{ url: '/ratings/0', headers: { host: 'ratings:9080' } }]);
  });

  it.each([
    [503, ''],
    [200, 'no json'],
    [200, '{"ratings":"none"}'],
  ])('answers without stars when ratings answers %d %j', async (status, body) => {
    answer = { status, body };
    const error = 'Ratings service is currently unavailable';
    expect(await getReviews('v3')).toMatchObject({ status: 200, ratings: [{ error }, { error }] });
  });

  it('fails when ratings does, once it was told to be strict', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-reviews-'));
    const faults = join(directory, 'faults.json');
    await writeFile(faults, JSON.stringify({ 'reviews-v2': { strict: true } }));
    expect(await getReviews('v2', {}, faults)).toMatchObject({ status: 200 });
    answer = { status: 500, body: '' };
    expect(await getReviews('v2', {}, faults)).toMatchObject({ status: 500 });
    expect(await getReviews('v3', {}, faults)).toMatchObject({ status: 200 });
    await rm(directory, { recursive: true });
  });

  it('hands on what joins the spans of a trace, and who asks', async () => {
    const trace = { 'x-request-id': 'r', 'x-b3-traceid': 't', traceparent: 'p', 'end-user': 'jason' };
    await getReviews('v2', { ...trace, 'x-other': 'not this' });
    expect(asked[0]?.headers).toMatchObject(trace);
    expect(asked[0]?.headers).not.toHaveProperty('x-other');
  });

  it('says what is missing when stars need a mesh and there is none', () => {
    const environment = { address: '', port: 0, podName: '', faultsFile: undefined, workload: '' };
    expect(() => createReviews({ ...environment, version: 'v2', mesh: undefined })).toThrow(
      'SLUICE_LAB_MESH is not set',
    );
  });
});
