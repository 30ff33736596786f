import { expect, test } from 'vitest';
import { callbackCrypto } from '../../../src/channels/wecom/crypto.ts';
import { passiveReply, replyLimit } from '../../../src/channels/wecom/reply.ts';
import { readFlatXml } from '../../../src/channels/wecom/xml.ts';
import { openText, sign } from '../../../src/rehearsal/fake-wecom/seal.ts';

const keys = {
  token: 'fake-token-01',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  receiveId: 'ww0123456789abcdef',
};
const crypto = callbackCrypto(keys);

function reply(...texts: string[]) {
  const { body, rest } = passiveReply(
    crypto,
    { account: 'wangfang', corpId: keys.receiveId },
    texts.map((text) => ({ text })),
    1_700_000_101_500,
    '83120455',
  );
  const envelope = readFlatXml(body);
  return { body, rest, envelope, inner: envelope ? readFlatXml(openText(keys, envelope.Encrypt!)) : undefined };
}

test('the answer is sealed, signed under its own time and nonce, and goes from the corp to the sender', () => {
  const { envelope, inner, rest } = reply('记下了：12月5日，2小时。');
  expect(envelope).toMatchObject({ TimeStamp: '1700000101', Nonce: '83120455' });
  expect(envelope!.MsgSignature).toBe(sign(keys.token, '1700000101', '83120455', envelope!.Encrypt!));
  expect(inner).toMatchObject({
    ToUserName: 'wangfang',
    FromUserName: keys.receiveId,
    CreateTime: '1700000101',
    MsgType: 'text',
    Content: '记下了：12月5日，2小时。',
  });
  expect(rest).toEqual([]);
});

test('nothing to say is an empty body', () => {
  expect(reply().body).toBe('');
  expect(reply('', '  \n').body).toBe('');
});

test('several texts share one answer while they fit; the others are left for the outbox', () => {
  expect(reply('一', '二').inner!.Content).toBe('一\n\n二');
  const long = '长'.repeat(500);
  const { inner, rest } = reply(long, '短', long);
  expect(inner!.Content).toBe(`${long}\n\n短`);
  expect(rest).toEqual([{ text: long }]);
});

test('a text that is too long is cut between characters and nothing of it is lost', () => {
  const text = '😀汉a'.repeat(400);
  const { inner, rest } = reply(text, '再见');
  expect(Buffer.byteLength(inner!.Content!)).toBeLessThanOrEqual(replyLimit);
  expect(Buffer.byteLength(inner!.Content!)).toBeGreaterThan(replyLimit - 4);
  expect(rest).toEqual([{ text: expect.any(String) }, { text: '再见' }]);
  expect(inner!.Content! + rest[0]!.text).toBe(text);
});

test('what the person said comes back unharmed when it holds the end of a CDATA section or control characters', () => {
  expect(reply('你说：a]]>b\u0007').inner!.Content).toBe('你说：a]]>b');
});

test('what may be answered is said in words', () => {
  const drafts = [{ text: '对吗？', buttons: ['对', '不对'].map((label) => ({ label, data: label })) }];
  const { body } = passiveReply(crypto, { account: 'wangfang', corpId: keys.receiveId }, drafts, 0, '1');
  expect(readFlatXml(openText(keys, readFlatXml(body)!.Encrypt!))!.Content).toBe('对吗？\n回复：对 / 不对');
});
