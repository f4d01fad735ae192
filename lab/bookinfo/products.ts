import { z } from 'zod';
import type { Mesh } from './mesh.ts';

/** Milliseconds that productpage waits for an answer. */
const timeout = 3_000;

/** The one book that Bookinfo sells. */
export const products = [
  {
    id: 0,
    title: 'The Comedy of Errors',
    descriptionHtml:
      '<a href="https://en.wikipedia.org/wiki/The_Comedy_of_Errors">Wikipedia Summary</a>: The Comedy of Errors is one of ' +
      "<b>William Shakespeare's</b> early plays. It is his shortest and one of his most farcical comedies, with a major " +
      'part of the humour coming from slapstick and mistaken identity, in addition to puns and word play.',
  },
] as const;

const unavailable = z.object({ error: z.string() });

const details = z.record(z.string(), z.union([z.string(), z.number()]));

const reviews = z.looseObject({
  podname: z.string(),
  reviews: z.array(
    z.object({
      reviewer: z.string(),
      text: z.string(),
      rating: z.union([z.object({ stars: z.number(), color: z.string() }), unavailable]).optional(),
    }),
  ),
});

export type Details = z.infer<typeof details>;
export type Reviews = z.infer<typeof reviews>;

/** What a service said, or that it said nothing useful. */
export type Found<T> =
  { readonly status: 200; readonly value: T } | { readonly status: number; readonly error: string };

type Headers = Readonly<Record<string, string>>;

/** Details of a book. */
export async function findDetails(mesh: Mesh, id: number, headers: Headers): Promise<Found<Details>> {
  return find(mesh, 'details', id, headers, details);
}

/** Reviews of a book: productpage asks twice, as Bookinfo's does to show what a retry in the wrong place does. */
export async function findReviews(mesh: Mesh, id: number, headers: Headers): Promise<Found<Reviews>> {
  const first = await find(mesh, 'reviews', id, headers, reviews);
  return 'value' in first ? first : find(mesh, 'reviews', id, headers, reviews);
}

/** Ratings of a book, as the service has them. */
export async function findRatings(mesh: Mesh, id: number, headers: Headers): Promise<Found<unknown>> {
  return find(mesh, 'ratings', id, headers, z.looseObject({ ratings: z.unknown() }));
}

async function find<T>(
  mesh: Mesh,
  service: string,
  id: number,
  headers: Headers,
  schema: z.ZodType<T>,
): Promise<Found<T>> {
  const { status, value } = await mesh.get({ service, path: `/${service}/${id}`, headers, timeout });
  const read = schema.safeParse(value);
  if (status === 200 && read.success) return { status: 200, value: read.data };
  const error = `Sorry, product ${service} are currently unavailable for this book.`;
  return { status: status === 200 ? 500 : status, error };
}
