/** Bookinfo's ratings: the stars each reviewer gave. */
import { readEnvironment } from './environment.ts';
import { json, readId, text, type Handler } from './http.ts';
import { run } from './serve.ts';

/** Answers `/ratings/{id}` and `/health`. */
export const ratings: Handler = ({ path }) => {
  if (path === '/health') return json(200, { status: 'Ratings is healthy' });
  const id = readId(path, '/ratings/');
  if (id === null) return text(404, 'not found');
  if (Number.isNaN(id)) return json(400, { error: 'please provide numeric product ID' });
  return json(200, { id, ratings: { Reviewer1: 5, Reviewer2: 4 } });
};

if (import.meta.main) await run(ratings, readEnvironment('ratings'));
