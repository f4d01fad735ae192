/** The HTML of productpage. */
import { products, type Details, type Found, type Reviews } from './products.ts';

const layout = (content: string) => `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>Simple Bookstore App</title>
<link rel="stylesheet" href="/static/bookinfo.css">
</head>
<body>
${content}
</body>
</html>
`;

/** The page of the one book, with what could be had of its details and reviews. */
export function renderProductPage(
  user: string | undefined,
  details: Found<Details>,
  reviews: Found<Reviews>,
): string {
  const [product] = products;
  return layout(`<nav>BookInfo Sample ${renderUser(user)}</nav>
<h1>${product.title}</h1>
<p>${product.descriptionHtml}</p>
${'value' in details ? renderDetails(details.value) : renderFailure('details', details.error)}
${'value' in reviews ? renderReviews(reviews.value) : renderFailure('reviews', reviews.error)}`);
}

/** The page at `/`: where to go. */
export function renderIndex(): string {
  return layout(
    '<h1>Hello! This is a simple bookstore application.</h1>\n<a href="/productpage">productpage</a>',
  );
}

function renderUser(user: string | undefined): string {
  if (user !== undefined) return `${escapeHtml(user)} <a href="/logout">Sign out</a>`;
  return `<form method="post" action="/login"><input name="username" required><input name="passwd" type="password"><button>Sign in</button></form>`;
}

function renderDetails(details: Details): string {
  const rows = ['ISBN-10', 'publisher', 'pages', 'type', 'language'].map(
    (name) => `<tr><th>${name}</th><td>${escapeHtml(String(details[name] ?? ''))}</td></tr>`,
  );
  return `<h4>Book Details</h4>\n<table>\n${rows.join('\n')}\n</table>`;
}

function renderReviews({ reviews, podname }: Reviews): string {
  const sections = reviews.map(
    ({ reviewer, text, rating }) => `<section>
${rating === undefined ? '' : renderRating(rating)}
<blockquote><p>"${escapeHtml(text)}"</p></blockquote>
<div>${escapeHtml(reviewer)}</div>
<div>Reviews served by: ${escapeHtml(podname)}</div>
</section>`,
  );
  return `<h4>Book Reviews</h4>\n${sections.join('\n')}`;
}

function renderRating(rating: NonNullable<Reviews['reviews'][number]['rating']>): string {
  if ('error' in rating) return `<p class="error">${escapeHtml(rating.error)}</p>`;
  const stars = Math.max(0, Math.min(5, Math.round(rating.stars)));
  return `<div class="stars text-${escapeHtml(rating.color)}-500">${'★'.repeat(stars)}${'☆'.repeat(5 - stars)}</div>`;
}

function renderFailure(what: string, error: string): string {
  return `<p class="error">Error fetching product ${what}</p>\n<p>${escapeHtml(error)}</p>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
