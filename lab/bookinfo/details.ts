/** Bookinfo's details: what the page says of the book itself. */
import { readEnvironment } from './environment.ts';
import { json, readId, text, type Handler } from './http.ts';
import { run } from './serve.ts';

function bookDetails(id: number): object {
  return {
    id,
    author: 'William Shakespeare',
    year: 1595,
    type: 'paperback',
    pages: 200,
    publisher: 'PublisherA',
    language: 'English',
    'ISBN-10': '1234567890',
    'ISBN-13': '123-1234567890',
  };
}

/** Answers `/details/{id}` and `/health`. */
export const details: Handler = ({ path }) => {
  if (path === '/health') return json(200, { status: 'Details is healthy' });
  const id = readId(path, '/details/');
  if (id === null) return text(404, 'not found');
  return Number.isNaN(id)
    ? json(400, { error: 'please provide numeric product id' })
    : json(200, bookDetails(id));
};

if (import.meta.main) await run(details, readEnvironment('details'));
