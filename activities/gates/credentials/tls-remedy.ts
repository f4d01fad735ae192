/** What to do about failures of TLS, by the codes of Node and OpenSSL. */
const remedies: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_SIGNATURE_FAILURE)$/,
    'the worker does not trust its certificate: give its CA in tls.ca of credentials',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'its certificate is for another name: give tls.serverName in credentials',
  ],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired'],
  [
    /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|UNKNOWN_CA|BAD_CERTIFICATE/,
    'it wants a client certificate that it trusts: give tls.certificate and tls.key in credentials',
  ],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    'it does not speak TLS: is its address http://?',
  ],
];

/** A server that refuses a client certificate, or the want of one, may do so by closing a connection that was made. */
export function closedRemedy(address: string, error: unknown): string {
  const { code } = error as { code?: string };
  return address.startsWith('https:') && code === 'UND_ERR_SOCKET'
    ? ' (it may want a client certificate: give tls.certificate and tls.key in credentials)'
    : '';
}

/** What stays wrong with TLS until somebody changes something, and what that is; empty for other failures. */
export function tlsRemedy(error: unknown): string {
  const { code = '', cause } = error as { code?: string; cause?: unknown };
  const found = remedies.find(([pattern]) => pattern.test(code));
  if (found !== undefined) return ` (${found[1]})`;
  return cause === undefined ? '' : tlsRemedy(cause);
}
