/** The Deployments of Bookinfo in the lab, each run by a program of this folder. */
export const bookinfoWorkloads: readonly string[] = [
  'productpage-v1',
  'details-v1',
  'ratings-v1',
  'reviews-v1',
  'reviews-v2',
  'reviews-v3',
];

/** Those that ask ratings, and do without its answer unless they are told to be strict. */
export const callersOfRatings: readonly string[] = ['reviews-v2', 'reviews-v3'];
