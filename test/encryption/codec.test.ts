import { describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Payload, type SerializationContext } from '@temporalio/common';
import { EncryptionCodec } from '../../encryption/codec.ts';
import { workerConverter } from '../../encryption/data-converter.ts';
import { newKey } from './support/keys.ts';

const [old, newest] = [newKey('2025'), newKey('2026')];
const payload = defaultPayloadConverter.toPayload({ host: 'reviews' });
const bytes = (part: Uint8Array | null | undefined) => Buffer.from(part ?? []);
const encode = async (codec: EncryptionCodec): Promise<Pick<Required<Payload>, 'metadata' | 'data'>> => {
  const [{ metadata = null, data = null } = {}] = await codec.encode([payload]);
  return { metadata, data };
};
const valueOf = async (codec: EncryptionCodec, encrypted: typeof payload) =>
  defaultPayloadConverter.fromPayload((await codec.decode([encrypted]))[0] ?? {});

describe('an encrypted payload', () => {
  it('shows its encoding and the id of its key, and nothing of what it holds', async () => {
    const { metadata, data } = await encode(new EncryptionCodec([newest, old]));
    const shown = Object.entries(metadata ?? {}).map(([name, value]) => [name, bytes(value).toString()]);
    expect(shown).toEqual([
      ['encoding', 'binary/encrypted'],
      ['encryption-key-id', '2026'],
    ]);
    expect(bytes(data).toString('latin1')).not.toMatch(/reviews|json/);
  });

  it('is another one each time', async () => {
    const codec = new EncryptionCodec([newest]);
    expect(bytes((await encode(codec)).data)).not.toEqual(bytes((await encode(codec)).data));
  });

  it('is read back, whole', async () => {
    const codec = new EncryptionCodec([newest]);
    expect(await codec.decode([await encode(codec)])).toMatchObject([
      { data: bytes(payload.data), metadata: { encoding: bytes(payload.metadata?.encoding) } },
    ]);
  });

  it('of an older key is read by whoever still has it', async () => {
    const before = await encode(new EncryptionCodec([old]));
    expect(await valueOf(new EncryptionCodec([newest, old]), before)).toEqual({ host: 'reviews' });
  });

  it.each([
    [[newest], 'here is 2026'],
    [[newest, newKey('2027')], 'here are 2026, 2027'],
    [[], 'no key is here'],
  ])('of a key that is not here names it, and what to do', async (keys, here) => {
    const before = await encode(new EncryptionCodec([old]));
    await expect(new EncryptionCodec(keys).decode([before])).rejects.toThrow(
      `a payload is encrypted with the key "2025", and ${here}: add it to SLUICE_ENCRYPTION_KEYS or the file of SLUICE_ENCRYPTION_KEYS_FILE, behind the key that encrypts`,
    );
  });

  it('of another key by the same id, changed or cut short is refused', async () => {
    const codec = new EncryptionCodec([newest]);
    const { metadata, data } = await encode(codec);
    const refusal = /does not decrypt with the key "2026"/;
    await expect(new EncryptionCodec([newKey('2026')]).decode([{ metadata, data }])).rejects.toThrow(refusal);
    for (const position of [0, 12, bytes(data).length - 1]) {
      const changed = Buffer.from(bytes(data));
      changed[position] = (changed[position] ?? 0) ^ 1;
      await expect(codec.decode([{ metadata, data: changed }])).rejects.toThrow(refusal);
    }
    for (const length of [0, 5, 12, 20, 28])
      await expect(codec.decode([{ metadata, data: bytes(data).subarray(0, length) }])).rejects.toThrow(
        refusal,
      );
  });

  it('cannot be passed off as one of another key', async () => {
    const twin = { id: 'twin', secret: newest.secret };
    const { data } = await encode(new EncryptionCodec([newest]));
    const { metadata } = await encode(new EncryptionCodec([twin]));
    await expect(new EncryptionCodec([newest, twin]).decode([{ metadata, data }])).rejects.toThrow('"twin"');
  });
});

describe('a payload that nobody encrypted', () => {
  it('stays as it is: signals from the Web UI are plain JSON', async () => {
    expect(await new EncryptionCodec([newest]).decode([payload, {}])).toEqual([payload, {}]);
  });

  it('is what everything is without keys', async () => {
    expect(await new EncryptionCodec([]).encode([payload])).toEqual([payload]);
    expect(workerConverter([])).toEqual({});
  });
});

describe("a worker's codec", () => {
  const [codec] = workerConverter([newest]).payloadCodecs ?? [];
  const decode = async (context: SerializationContext) =>
    (await codec?.decode([await encode(new EncryptionCodec([old])), payload], context)) ?? [];
  const run = { namespace: 'default', workflowId: 'rollout' };

  it('leaves a workflow what it cannot read, with the reason', async () => {
    const [unread, read] = await decode({ type: 'workflow', ...run });
    expect(() => defaultPayloadConverter.fromPayload(unread ?? {})).toThrow(/encrypted with the key "2025"/);
    expect(read).toEqual(payload);
  });

  it('fails the activity that cannot be given its arguments', async () => {
    await expect(decode({ type: 'activity', isLocal: false, ...run })).rejects.toThrow(
      /encrypted with the key "2025"/,
    );
  });
});
