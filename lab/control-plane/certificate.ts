import { generate, type CertificateExtension } from 'selfsigned';

/** A certificate and its private key, PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Whom a certificate names and what it is good for. */
export interface Subject {
  readonly commonName: string;
  /** Kubernetes reads it as the user's group. */
  readonly organization?: string;
  readonly usages: readonly ('server' | 'client')[];
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
}

/** A certificate counts from a day before it was made, in ms: clocks differ, and a lab's may be made to. */
const backdating = 24 * 3600_000;

const keyType = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/** A new certificate authority of the lab's own. */
export async function createAuthority(commonName: string): Promise<Certificate> {
  const extensions: CertificateExtension[] = [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ];
  const pem = await generate([{ name: 'commonName', value: commonName }], {
    ...keyType,
    notBeforeDate: notBefore(),
    extensions,
  });
  return { certificate: pem.cert, key: pem.private };
}

/** A certificate signed by the authority, with a key of its own. */
export async function issueCertificate(authority: Certificate, subject: Subject): Promise<Certificate> {
  const pem = await generate(attributes(subject), {
    ...keyType,
    notBeforeDate: notBefore(),
    extensions: extensions(subject),
    ca: { cert: authority.certificate, key: authority.key },
  });
  return { certificate: pem.cert, key: pem.private };
}

function notBefore(): Date {
  return new Date(Date.now() - backdating);
}

function attributes(subject: Subject): { name: string; value: string }[] {
  const commonName = { name: 'commonName', value: subject.commonName };
  if (subject.organization === undefined) return [commonName];
  return [commonName, { name: 'organizationName', value: subject.organization }];
}

function extensions(subject: Subject): CertificateExtension[] {
  const altNames = [
    ...(subject.names ?? []).map((value) => ({ type: 2, value }) as const),
    ...(subject.addresses ?? []).map((ip) => ({ type: 7, ip }) as const),
  ];
  const basic: CertificateExtension[] = [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    {
      name: 'extKeyUsage',
      serverAuth: subject.usages.includes('server'),
      clientAuth: subject.usages.includes('client'),
    },
  ];
  return altNames.length === 0 ? basic : [...basic, { name: 'subjectAltName', altNames }];
}
