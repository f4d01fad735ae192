/** Bookinfo's productpage: the page that people see, made of details and reviews. */
import { readEnvironment } from './environment.ts';
import { html, json, text, type Call, type Handler, type Reply } from './http.ts';
import { openMesh, type Mesh } from './mesh.ts';
import { renderIndex, renderProductPage } from './page.ts';
import { findDetails, findRatings, findReviews, products, type Found } from './products.ts';
import { run } from './serve.ts';
import { propagatedHeaders } from './tracing.ts';
import { signIn, signOut, signedInUser } from './user.ts';

const stylesheet = '.stars.text-red-500 { color: #ef4444 } .error { color: #ef4444 }\n';

/** Answers the page, its API and its health, asking the other services through the mesh. */
export function createProductpage(mesh: Mesh): Handler {
  return (call) => {
    const { method, path } = call;
    if (path === '/health') return text(200, 'Product page is healthy');
    if (path === '/productpage') return productPage(mesh, call);
    if (path === '/' || path === '/index.html') return html(renderIndex());
    if (path === '/login') return method === 'POST' ? signIn(call) : text(405, 'use POST');
    if (path === '/logout') return signOut();
    if (path === '/static/bookinfo.css')
      return { ...text(200, stylesheet), headers: { 'content-type': 'text/css' } };
    if (path.startsWith('/api/v1/products')) return api(mesh, call);
    return text(404, 'not found');
  };
}

async function productPage(mesh: Mesh, call: Call): Promise<Reply> {
  const headers = outgoingHeaders(call);
  const details = await findDetails(mesh, 0, headers);
  const reviews = await findReviews(mesh, 0, headers);
  return html(renderProductPage(signedInUser(call), details, reviews));
}

const parts = { '': findDetails, reviews: findReviews, ratings: findRatings };

async function api(mesh: Mesh, call: Call): Promise<Reply> {
  if (call.path === '/api/v1/products') return json(200, products);
  const [, id, part = ''] = /^\/api\/v1\/products\/(\d{1,9})(?:\/(reviews|ratings))?$/.exec(call.path) ?? [];
  if (id === undefined) return text(404, 'not found');
  const found = await parts[part as keyof typeof parts](mesh, Number(id), outgoingHeaders(call));
  return toReply(found);
}

function toReply(found: Found<unknown>): Reply {
  return 'value' in found ? json(200, found.value) : json(found.status, { error: found.error });
}

function outgoingHeaders(call: Call): Record<string, string> {
  const user = signedInUser(call);
  const headers = propagatedHeaders(call.headers);
  // Routes match on it (reviews v2 for jason alone); what a header may not hold stays encoded.
  return user === undefined ? headers : { ...headers, 'end-user': encodeURIComponent(user) };
}

if (import.meta.main) {
  const environment = readEnvironment('productpage');
  await run(createProductpage(openMesh(environment.mesh)), environment);
}
