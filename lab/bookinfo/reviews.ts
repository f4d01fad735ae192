/** Bookinfo's reviews: v1 without stars, v2 with black ones, v3 with red ones; the stars come from ratings. */
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { readEnvironment, type Environment } from './environment.ts';
import { createFaultKnobs } from './fault-knobs.ts';
import { json, readId, text, type Handler } from './http.ts';
import { openMesh, type Mesh } from './mesh.ts';
import { run } from './serve.ts';
import { propagatedHeaders } from './tracing.ts';

const texts = {
  Reviewer1: 'An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!',
  Reviewer2:
    'Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare.',
};

const starColors: Readonly<Record<string, 'black' | 'red'>> = { v2: 'black', v3: 'red' };

/** Milliseconds that Bookinfo's versions wait for ratings: the red one is the impatient one. */
const ratingsTimeouts = { black: 10_000, red: 2_500 };

const ratingsAnswer = z.object({ ratings: z.record(z.string(), z.number()) });

const ratingsUnavailable = 'Ratings service is currently unavailable';

type Rating = { stars: number; color: string } | { error: string };

/** Answers `/reviews/{id}` and `/health` as the version that the environment names. */
export function createReviews(environment: Environment): Handler {
  const { podName, version, mesh: sidecar } = environment;
  const color = starColors[version];
  const mesh = color === undefined ? undefined : openMesh(sidecar);
  const currentFault = createFaultKnobs(environment.faultsFile, environment.workload);
  return async ({ path, headers }) => {
    if (path === '/health') return json(200, { status: 'Reviews is healthy' });
    const id = readId(path, '/reviews/');
    if (id === null || Number.isNaN(id)) return text(404, 'not found');
    const stars = mesh && color ? await getStars(mesh, id, headers, ratingsTimeouts[color]) : undefined;
    if (color && stars === undefined && currentFault().strict === true)
      return json(500, { error: ratingsUnavailable });
    const reviews = Object.entries(texts).map(([reviewer, words]) => {
      return { reviewer, text: words, ...(color && { rating: toRating(stars?.[reviewer], color) }) };
    });
    return json(200, { id: String(id), podname: podName, clustername: 'null', reviews });
  };
}

async function getStars(
  mesh: Mesh,
  id: number,
  headers: IncomingHttpHeaders,
  timeout: number,
): Promise<Readonly<Record<string, number>> | undefined> {
  const path = `/ratings/${id}`;
  const { value } = await mesh.get({
    service: 'ratings',
    path,
    headers: propagatedHeaders(headers),
    timeout,
  });
  return ratingsAnswer.safeParse(value).data?.ratings;
}

function toRating(stars: number | undefined, color: string): Rating {
  return stars === undefined ? { error: ratingsUnavailable } : { stars, color };
}

if (import.meta.main) {
  const environment = readEnvironment('reviews');
  await run(createReviews(environment), environment);
}
