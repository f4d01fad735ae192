/** Applications that Sluice ships, as far as a spec can be checked against them. */
export const bundleHosts: Readonly<Record<'bookinfo', readonly string[]>> = {
  bookinfo: ['productpage', 'details', 'ratings', 'reviews'],
};
