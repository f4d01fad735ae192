/** What the SDK needs to encrypt and decrypt. */
import { fileURLToPath } from 'node:url';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { beside } from '../domain/beside.ts';
import { messageOf } from '../domain/message-of.ts';
import { EncryptionCodec } from './codec.ts';
import type { EncryptionKeys } from './keys.ts';

const failureConverterPath = fileURLToPath(beside(import.meta.url, './failure-converter.ts'));

/** For clients: what cannot be decrypted is an error that says which key it takes, without any key here too. */
export function clientConverter(keys: EncryptionKeys): DataConverter {
  const payloadCodecs = [new EncryptionCodec(keys)];
  return keys.length === 0 ? { payloadCodecs } : { payloadCodecs, failureConverterPath };
}

/** For workers, their bundle included. Without keys, nothing is done for every payload to no purpose. */
export function workerConverter(keys: EncryptionKeys): DataConverter {
  if (keys.length === 0) return {};
  return { payloadCodecs: [tolerant(new EncryptionCodec(keys))], failureConverterPath };
}

/**
 * A codec that leaves a workflow what it cannot decrypt, with the reason for its encoding. Thrown, it would fail the
 * workflow's task for a signal that anybody could have sent. So the signal counts without what it says, an update is
 * refused with the reason, and a task that needs the payload still fails with it, until a worker has the key.
 */
function tolerant(codec: PayloadCodec): PayloadCodec {
  const decodeOne = async (payload: Payload): Promise<Payload> => {
    try {
      const [decoded = payload] = await codec.decode([payload]);
      return decoded;
    } catch (error) {
      return { ...payload, metadata: { ...payload.metadata, encoding: Buffer.from(messageOf(error)) } };
    }
  };
  return {
    encode: (payloads) => codec.encode(payloads),
    decode: (payloads, context) =>
      context?.type === 'workflow' ? Promise.all(payloads.map(decodeOne)) : codec.decode(payloads),
  };
}
