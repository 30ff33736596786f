import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CallbackKeys, callbackCrypto, freshness, type SignedQuery } from '../../../src/channels/wecom/crypto.ts';
import { encryptCallback, openText, sealBytes, sealText, sign } from '../../../src/rehearsal/fake-wecom/seal.ts';

const keys: CallbackKeys = {
  token: 'fake-token-01',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  receiveId: 'ww0123456789abcdef',
};
const crypto = callbackCrypto(keys);
const second = 1_700_000_000;
const now = second * 1000;

function signed(encrypted: string, timestamp = String(second), nonce = '12345678'): SignedQuery {
  return { timestamp, nonce, signature: sign(keys.token, timestamp, nonce, encrypted) };
}

function open(encrypted: string, at = now) {
  return crypto.open(encrypted, signed(encrypted), at);
}

describe('the worked samples', () => {
  test('the official one opens', () => {
    const official = callbackCrypto({
      token: 'QDG6eK',
      encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
      receiveId: 'wx5823bf96d3bd56c7',
    });
    const encrypted =
      'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==';
    const query = {
      signature: '477715d11cdb4164915debcba66cb864d751f3e6',
      timestamp: '1409659813',
      nonce: '1372623149',
    };
    const opened = official.open(encrypted, query, 1_409_659_813_000);
    expect(opened).toMatchObject({
      kind: 'opened',
      text: expect.stringContaining('<Content><![CDATA[hello]]></Content>'),
    });
  });

  test('the two of our notes come out to the last character', () => {
    const first = encryptCallback(keys, {
      xml: '7004567890123456789',
      timestamp: '1700000000',
      nonce: '12345678',
      salt: Buffer.from('0123456789abcdef'),
    });
    expect(first.encrypted).toBe(
      'Q3stYC6hdFzMh9T8HCvyDB01d+bH8qqzitOIwpiE4sSvwLWhC84Wr2Usyd2C3x8/+kH/T+g9mZEUhenhSva9Sg==',
    );
    expect(first.signature).toBe('8a5b12769004cddf7f04dcc0122addda756495ab');
    const second = encryptCallback(keys, {
      xml: '<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content></xml>',
      timestamp: '1700000001',
      nonce: '87654321',
      salt: Buffer.from('fedcba9876543210'),
    });
    expect(second.signature).toBe('18ccaa962cd25d4b68e2d0f233646909039f5f57');
    expect(open(second.encrypted)).toMatchObject({ kind: 'opened', text: expect.stringContaining('你好') });
  });
});

test('every padding length from 1 to 32 makes the round trip in both directions', () => {
  const fills = new Set<number>();
  for (let length = 0; length < 64; length += 1) {
    const text = 'x'.repeat(length);
    fills.add(32 - ((20 + length + keys.receiveId.length) % 32));
    expect(open(sealText(keys, text))).toEqual({ kind: 'opened', text });
    const sealed = crypto.seal(text, String(second), '1');
    expect(openText(keys, sealed.encrypted)).toBe(text);
    expect(sealed.signature).toBe(sign(keys.token, String(second), '1', sealed.encrypted));
  }
  expect(fills.size).toBe(32);
});

test('any text makes the round trip', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(open(sealText(keys, text))).toEqual({ kind: 'opened', text });
      expect(openText(keys, crypto.seal(text, '1', '1').encrypted)).toBe(text);
    }),
  );
});

test('an AI bot has an empty receive id', () => {
  const bot = { ...keys, receiveId: '' };
  const encrypted = sealText(bot, '{}');
  expect(callbackCrypto(bot).open(encrypted, signed(encrypted), now)).toEqual({ kind: 'opened', text: '{}' });
  expect(open(encrypted)).toMatchObject({ status: 403, why: 'receive id' });
});

describe('refused with 403', () => {
  const encrypted = sealText(keys, 'hello');

  test.each([
    ['a signature over something else', { ...signed(encrypted), nonce: '12345679' }],
    ['a cut signature', { ...signed(encrypted), signature: signed(encrypted).signature.slice(0, 39) }],
    ['a signature that is longer in bytes than in characters', { ...signed(encrypted), signature: '签'.repeat(40) }],
    ['no signature', { ...signed(encrypted), signature: '' }],
  ])('%s', (_name, query) => {
    expect(crypto.open(encrypted, query, now)).toEqual({ kind: 'refused', status: 403, why: 'signature' });
  });

  test('another receive id', () => {
    expect(open(sealText({ ...keys, receiveId: 'wwffffffffffffffff' }, 'hello'))).toMatchObject({
      status: 403,
      why: 'receive id',
    });
  });

  test('a time stamp more than ten minutes from now, before or after; ten minutes to the millisecond pass', () => {
    for (const sign of [-1, 1]) {
      expect(open(encrypted, now + sign * freshness)).toMatchObject({ kind: 'opened' });
      expect(open(encrypted, now + sign * (freshness + 1))).toMatchObject({ status: 403, why: 'timestamp' });
    }
  });

  test.each(['', 'NaN', '1e9', '-1', ' 1700000000', '0x6553f100'])(
    'a time stamp that is no number: %j',
    (timestamp) => {
      expect(crypto.open(encrypted, signed(encrypted, timestamp), now)).toMatchObject({
        status: 403,
        why: 'timestamp',
      });
    },
  );
});

describe('refused with 400 though rightly signed', () => {
  const salt = Buffer.alloc(16, 7);
  const plain = (length: number, fill: number[], text = 'hello') => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(length);
    return Buffer.concat([salt, size, Buffer.from(text), Buffer.from(keys.receiveId), Buffer.from(fill)]);
  };
  const sound = plain(5, Array(21).fill(21));

  test('the pattern itself is sound', () =>
    expect(open(sealBytes(keys, sound))).toEqual({ kind: 'opened', text: 'hello' }));

  test.each([
    ['nothing', ''],
    ['no base64', '你好'],
    ['cut base64', sealText(keys, 'hello').slice(0, -3)],
    ['base64 with a line break', `${sealText(keys, 'hello')}\n`],
    ['URL-safe base64', sealText(keys, '?'.repeat(900)).replaceAll('+', '-').replaceAll('/', '_')],
    ['half a block', sealText(keys, 'hello').slice(0, 44)],
    ['a length past the end', sealBytes(keys, plain(4_000_000_000, Array(21).fill(21)))],
    ['a length that is too long by one', sealBytes(keys, plain(24, Array(21).fill(21)))],
    ['fill byte 0', sealBytes(keys, plain(5, [...Array(20).fill(21), 0]))],
    ['fill byte 33', sealBytes(keys, plain(5, [...Array(20).fill(33), 33]))],
    ['one wrong byte within the padding', sealBytes(keys, plain(5, [...Array(9).fill(21), 20, ...Array(11).fill(21)]))],
    ['padding to 16 instead of 32', sealBytes(keys, plain(5, Array(5).fill(5)))],
    [
      'broken UTF-8',
      sealBytes(
        keys,
        Buffer.concat([
          salt,
          Buffer.from([0, 0, 0, 5, 0xff, 0xfe, 65, 66, 67]),
          Buffer.from(keys.receiveId),
          Buffer.alloc(21, 21),
        ]),
      ),
    ],
  ])('%s', (_name, encrypted) => {
    expect(open(encrypted)).toEqual({ kind: 'refused', status: 400, why: 'cipher' });
  });
});

test('keys that cannot be right are a fault at the start', () => {
  expect(() => callbackCrypto({ ...keys, encodingAesKey: 'short' })).toThrow(/43/);
  expect(() => callbackCrypto({ ...keys, token: '' })).toThrow(/Token/);
});
