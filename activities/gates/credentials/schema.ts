/** The worker's file of credentials for Prometheus, as YAML. */
import * as z from 'zod';

/** A text, or where the worker finds it: a file is read for every request, so that a new secret counts at once. */
const secret = z.union(
  [
    z.string().min(1),
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({ env: z.string().min(1) }),
  ],
  { error: 'text, {file: path} or {env: name of a variable}' },
);

export type Secret = z.output<typeof secret>;

const address = z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' });

const tls = z.strictObject({
  ca: secret.optional(),
  certificate: secret.optional(),
  key: secret.optional(),
  serverName: z.string().min(1).optional(),
});

const sigv4 = z.strictObject({
  region: z.string().min(1).optional(),
  profile: z.string().min(1).optional(),
  service: z.string().min(1).default('aps'),
});

const countOf = (...ways: readonly unknown[]) => ways.filter((way) => way !== undefined).length;

const set = z
  .strictObject({
    /** Where it may be sent: whoever writes a spec must not have it sent elsewhere. */
    addresses: z.array(address).min(1, { error: 'at least one address' }),
    basicAuth: z.strictObject({ username: secret, password: secret }).optional(),
    bearerToken: secret.optional(),
    tenant: secret.optional(),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), secret).optional(),
    tls: tls.optional(),
    sigv4: sigv4.optional(),
  })
  .refine((one) => countOf(one.basicAuth, one.bearerToken, one.sigv4) <= 1, {
    error: 'one of basicAuth, bearerToken and sigv4',
  })
  .refine(({ tls: { certificate, key } = {} }) => (certificate === undefined) === (key === undefined), {
    path: ['tls'],
    error: 'certificate and key, both or neither',
  });

export const credentialsSchema = z.record(z.string(), set, { error: 'a mapping of names to credentials' });

/** What requests to some addresses are sent with. */
export type CredentialSet = z.output<typeof set>;
