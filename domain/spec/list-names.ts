/** How many of them a message has. */
const most = 20;

/** Characters of each; a name of Kubernetes has at most 63. */
const longest = 80;

/** Names in a message, as in `v1, v2`: not more, and not longer ones, than somebody reads. */
export function listNames(names: Iterable<string>): string {
  const all = [...names];
  const shown = all
    .slice(0, most)
    .map((name) => (name.length <= longest ? name : `${name.slice(0, longest)}…`));
  const rest = all.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
