import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { botFetch, mediaLife, openMedia } from '../../../src/channels/wecom-bot/media.ts';
import { understandBot } from '../../../src/channels/wecom-bot/message.ts';
import { type BotSetup, setUpBot, until } from './bot-setup.ts';

let setup: BotSetup;
beforeEach(async () => {
  setup = await setUpBot();
  setup.connection.start();
  await until(setup.connection.isReady);
});
afterEach(() => setup.close());

const allowed = () => true;

async function send(bytes: Buffer): Promise<string> {
  setup.bot.say({ from: 'wangfang', file: { kind: 'file', bytes, name: '会议记录.docx' } });
  await until(() => setup.frames.length === 1);
  const heard = understandBot(setup.frames[0]!.body, { arrivedAt: setup.now, withoutMention: (text) => text });
  if (heard.kind !== 'inbound' || heard.inbound.content.kind !== 'upload') throw new Error(heard.kind);
  return heard.inbound.content.ref;
}

describe('a file that somebody sends', () => {
  test.each([0, 1, 15, 16, 31, 32, 33, 1000, 700_000])('of %i bytes is the same after decryption', async (size) => {
    const bytes = randomBytes(size);
    const opened = await openMedia(await send(bytes), { allowed });
    expect(opened).toMatchObject({ kind: 'opened', name: '会议记录.docx' });
    expect(opened.kind === 'opened' && opened.bytes.equals(bytes)).toBe(true);
  });

  test('is gone after five minutes', async () => {
    const ref = await send(Buffer.from('x'));
    setup.now += mediaLife + 1;
    expect(await openMedia(ref, { allowed })).toEqual({ kind: 'failed', why: 'expired' });
  });

  test('is fetched as every door fetches: there, gone, too large, or not to be reached now', async () => {
    const bytes = randomBytes(100);
    const ref = await send(bytes);
    const get = botFetch({ allowed });
    expect(await get(ref, 200)).toEqual({ kind: 'fetched', bytes, name: '会议记录.docx', type: undefined });
    expect(await get(ref, 50)).toEqual({ kind: 'too-large' });
    const nobody = JSON.stringify({ url: 'http://127.0.0.1:1/x', aeskey: randomBytes(32).toString('base64') });
    expect(await get(nobody, 200)).toEqual({ kind: 'unreachable', detail: 'unreachable' });
    setup.now += mediaLife + 1;
    expect(await get(ref, 200)).toEqual({ kind: 'gone', detail: 'expired' });
  });

  test('is not opened with another key', async () => {
    const ref = JSON.parse(await send(Buffer.from('x')));
    const wrong = JSON.stringify({ ...ref, aeskey: randomBytes(32).toString('base64') });
    expect(await openMedia(wrong, { allowed })).toEqual({ kind: 'failed', why: 'unreadable' });
  });

  test('is fetched over https only, unless allowed', async () => {
    expect(await openMedia(await send(Buffer.from('x')))).toEqual({ kind: 'failed', why: 'unreadable' });
  });

  test.each(['', '{}', 'media-1', '{"url":"x"}'])('a ref %j that is none of ours is a value', async (ref) => {
    expect(await openMedia(ref, { allowed })).toEqual({ kind: 'failed', why: 'unreadable' });
  });

  test('nobody at the address is a value', async () => {
    const ref = JSON.stringify({ url: 'http://127.0.0.1:1/x', aeskey: randomBytes(32).toString('base64') });
    expect(await openMedia(ref, { allowed })).toEqual({ kind: 'failed', why: 'unreachable' });
  });
});
