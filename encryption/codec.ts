/** Payloads by AES-256-GCM (NIST SP 800-38D), in the form that Temporal's own samples gave its codecs. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import proto from '@temporalio/proto';
import { type EncryptionKey, type EncryptionKeys, keysFileVariable, keysVariable } from './keys.ts';

/** `metadata.encoding` of a payload that is encrypted. */
const encryptedEncoding = 'binary/encrypted';
const keyIdField = 'encryption-key-id';

const cipher = 'aes-256-gcm';
/** 96 random bits: below 2^32 payloads a key, a nonce comes twice with a probability under 2^-32. */
const nonceBytes = 12;
const tagBytes = 16;

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/** Encrypts every payload whole, metadata included; lets payloads through that nobody encrypted. */
export class EncryptionCodec implements PayloadCodec {
  private readonly newest: EncryptionKey | undefined;
  private readonly keys: ReadonlyMap<string, EncryptionKey>;

  constructor(keys: EncryptionKeys) {
    [this.newest] = keys;
    this.keys = new Map(keys.map((key) => [key.id, key]));
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    const { newest } = this;
    return Promise.resolve(newest ? payloads.map((payload) => encrypt(payload, newest)) : payloads);
  }

  /**
   * Signals from the Web UI come in plain JSON, and so do payloads from before there were keys: they stay as they are.
   * @throws ValueError that names the key, if it is not known or does not fit
   */
  // eslint-disable-next-line @typescript-eslint/require-await
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (isEncrypted(payload) ? this.decrypt(payload) : payload));
  }

  private decrypt({ metadata, data }: Payload): Payload {
    const id = Buffer.from(metadata?.[keyIdField] ?? []).toString();
    const key = this.keys.get(id);
    if (!key) throw unknownKey(id, [...this.keys.keys()]);
    try {
      return PayloadMessage.decode(open(Buffer.from(data ?? []), key));
    } catch (error) {
      const message = `a payload does not decrypt with the key ${JSON.stringify(id)}: it was changed on its way, or that id has another key here than where it was encrypted`;
      throw new ValueError(message, error);
    }
  }
}

function isEncrypted({ metadata }: Payload): boolean {
  return Buffer.from(metadata?.encoding ?? []).toString() === encryptedEncoding;
}

function encrypt(payload: Payload, key: EncryptionKey): Payload {
  return {
    metadata: { encoding: Buffer.from(encryptedEncoding), [keyIdField]: Buffer.from(key.id) },
    data: seal(PayloadMessage.encode(payload).finish(), key),
  };
}

/** Nonce, ciphertext, tag; the key's id is authenticated with them. */
function seal(plain: Uint8Array, { id, secret }: EncryptionKey): Buffer {
  const nonce = randomBytes(nonceBytes);
  const sealing = createCipheriv(cipher, secret, nonce).setAAD(Buffer.from(id));
  return Buffer.concat([nonce, sealing.update(plain), sealing.final(), sealing.getAuthTag()]);
}

function open(sealed: Buffer, { id, secret }: EncryptionKey): Buffer {
  const nonce = sealed.subarray(0, nonceBytes);
  const opening = createDecipheriv(cipher, secret, nonce, { authTagLength: tagBytes })
    .setAAD(Buffer.from(id))
    .setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([opening.update(sealed.subarray(nonceBytes, -tagBytes)), opening.final()]);
}

function unknownKey(id: string, known: readonly string[]): ValueError {
  const here =
    known.length === 0 ? 'no key is here' : `here ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`;
  return new ValueError(
    `a payload is encrypted with the key ${JSON.stringify(id)}, and ${here}: add it to ${keysVariable} or the file of ${keysFileVariable}, behind the key that encrypts`,
  );
}
