import type { Call, Reply } from './http.ts';

/** Where a browser goes after it signed in or out. */
const home = '/productpage';

/** The signed-in user, from the cookie; undefined if nobody is. */
export function signedInUser({ headers }: Call): string | undefined {
  const encoded = /(?:^|;\s*)user=([^;]+)/.exec(headers.cookie ?? '')?.[1];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    // A cookie that we did not set: nobody is signed in by it.
    return undefined;
  }
}

/** Signs in whoever says a name: Bookinfo takes any password. */
export async function signIn(call: Call): Promise<Reply> {
  const name = new URLSearchParams(await call.body()).get('username') ?? '';
  return redirect(`user=${encodeURIComponent(name)}; Path=/; HttpOnly`);
}

export function signOut(): Reply {
  return redirect('user=; Path=/; HttpOnly; Max-Age=0');
}

function redirect(cookie: string): Reply {
  return { status: 302, headers: { location: home, 'set-cookie': cookie }, body: '' };
}
