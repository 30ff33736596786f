// The callback cipher against an independent implementation, the npm package `wechat-crypto`: what one seals the other opens, to the last byte.

import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callbackCrypto } from '../../../src/channels/wecom/crypto.ts';
import { passiveReply } from '../../../src/channels/wecom/reply.ts';
import { readFlatXml } from '../../../src/channels/wecom/xml.ts';
import { fillByteOf } from '../../../src/rehearsal/fake-wecom/seal.ts';

/** What we use of it; the package has no types. */
interface Other {
  getSignature(timestamp: string, nonce: string, encrypted: string): string;
  encrypt(text: string): string;
  decrypt(encrypted: string): { readonly message: string; readonly id: string };
}
const OtherCrypto = createRequire(import.meta.url)('wechat-crypto') as new (
  token: string,
  encodingAesKey: string,
  id: string,
) => Other;

const now = 1_700_000_000_000;
const timestamp = String(now / 1000);
const nonce = '12345678';

const keys = {
  token: 'fake-token-01',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  receiveId: 'ww0123456789abcdef',
};
const ours = callbackCrypto(keys);
const other = new OtherCrypto(keys.token, keys.encodingAesKey, keys.receiveId);

const theirs = (encrypted: string) => ({
  timestamp,
  nonce,
  signature: other.getSignature(timestamp, nonce, encrypted),
});

/** Text as people write it: any characters, also beyond the basic plane; half characters come from no phone. */
const anyText = fc.string({ unit: 'binary', maxLength: 400 }).map((text) => text.toWellFormed());
const anyKey = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'),
  minLength: 43,
  maxLength: 43,
});

describe('what the other one seals', () => {
  test('we open, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const encrypted = other.encrypt(text);
        expect(ours.open(encrypted, theirs(encrypted), now)).toEqual({ kind: 'opened', text });
      }),
    );
  });

  test('we open with every one of the 32 paddings', () => {
    const fills = new Set<number>();
    for (let length = 0; length < 32; length += 1) {
      const text = 'x'.repeat(length);
      const encrypted = other.encrypt(text);
      fills.add(fillByteOf(keys, encrypted));
      expect(ours.open(encrypted, theirs(encrypted), now)).toEqual({ kind: 'opened', text });
    }
    expect([...fills].sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, n) => n + 1));
  });

  test('we refuse when it was sealed for another corp, or signed with another token', () => {
    const stranger = new OtherCrypto(keys.token, keys.encodingAesKey, 'wwother');
    const encrypted = stranger.encrypt('签到');
    expect(ours.open(encrypted, theirs(encrypted), now)).toMatchObject({
      kind: 'refused',
      status: 403,
      why: 'receive id',
    });
    const guessing = new OtherCrypto('guess', keys.encodingAesKey, keys.receiveId);
    const sealed = guessing.encrypt('签到');
    const signature = guessing.getSignature(timestamp, nonce, sealed);
    expect(ours.open(sealed, { timestamp, nonce, signature }, now)).toMatchObject({
      kind: 'refused',
      why: 'signature',
    });
  });
});

describe('what we seal', () => {
  test('the other one opens, whatever the text, and its signature is ours', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const sealed = ours.seal(text, timestamp, nonce);
        expect(other.decrypt(sealed.encrypted)).toEqual({ message: text, id: keys.receiveId });
        expect(other.getSignature(timestamp, nonce, sealed.encrypted)).toBe(sealed.signature);
      }),
    );
  });

  test('the other one opens with every one of the 32 paddings', () => {
    const fills = new Set<number>();
    for (let length = 0; length < 32; length += 1) {
      const text = 'x'.repeat(length);
      const { encrypted } = ours.seal(text, timestamp, nonce);
      fills.add(fillByteOf(keys, encrypted));
      expect(other.decrypt(encrypted).message).toBe(text);
    }
    expect(fills.size).toBe(32);
  });

  test('as a whole passive reply: the envelope it reads holds the words, signed over its own time stamp and nonce', () => {
    const parties = { account: 'wangfang', corpId: keys.receiveId };
    const { body } = passiveReply(ours, parties, [{ text: '下次主题党日是12月7日 ]]> 😀' }], now, nonce);
    const { Encrypt, MsgSignature, TimeStamp, Nonce } = readFlatXml(body) as Record<string, string>;
    expect(other.getSignature(TimeStamp!, Nonce!, Encrypt!)).toBe(MsgSignature);
    const { message, id } = other.decrypt(Encrypt!);
    expect(id).toBe(keys.receiveId);
    expect(readFlatXml(message)).toMatchObject({
      ToUserName: 'wangfang',
      FromUserName: keys.receiveId,
      MsgType: 'text',
      Content: '下次主题党日是12月7日 ]]> 😀',
    });
  });
});

test('any key, token and receiver: both ways', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019'), minLength: 1, maxLength: 32 });
  fc.assert(
    fc.property(anyKey, word, word, anyText, (encodingAesKey, token, receiveId, text) => {
      const we = callbackCrypto({ token, encodingAesKey, receiveId });
      const they = new OtherCrypto(token, encodingAesKey, receiveId);
      const { encrypted, signature } = we.seal(text, timestamp, nonce);
      expect(they.decrypt(encrypted)).toEqual({ message: text, id: receiveId });
      expect(they.getSignature(timestamp, nonce, encrypted)).toBe(signature);
      const sealed = they.encrypt(text);
      const query = { timestamp, nonce, signature: they.getSignature(timestamp, nonce, sealed) };
      expect(we.open(sealed, query, now)).toEqual({ kind: 'opened', text });
    }),
  );
});
