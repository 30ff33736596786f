import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Channel } from '../../../src/channels/channel.ts';
import { memoryMediaCache, type OutgoingFile } from '../../../src/channels/wecom/media.ts';
import { botFiles } from '../../../src/channels/wecom-bot/files.ts';
import { wecomBotChannel } from '../../../src/channels/wecom-bot/send.ts';
import { type BotSetup, setUpBot, until } from './bot-setup.ts';

let setup: BotSetup;
let channel: Channel;
let ours: Map<string, OutgoingFile>;
let allowed: true | { until: number };

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

beforeEach(async () => {
  setup = await setUpBot();
  ours = new Map();
  allowed = true;
  const { bot, connection, chats } = setup;
  const now = () => setup.now;
  const files = botFiles({
    upload: connection.upload,
    cache: memoryMediaCache(now),
    attachments: async (id) => ours.get(id),
    mayUpload: async () => allowed,
    now,
    tryAgainAfter: [0, 0],
  });
  channel = wecomBotChannel({ push: connection.push, chats, now, files });
  for (const chat of ['wangfang', 'wrGroup']) bot.hasWritten(chat);
  await chats.heard({ kind: 'single', id: 'wangfang' }, 'wangfang');
  await chats.heard({ kind: 'group', id: 'wrGroup' }, 'wrGroup');
  connection.start();
  await until(connection.isReady);
});
afterEach(() => setup.close());

function keep(id: string, file: Partial<OutgoingFile> = {}): string {
  ours.set(id, { name: '记录册.docx', type: docx, bytes: randomBytes(2000), ...file });
  return id;
}

async function send(id: string, to: Parameters<Channel['compose']>[1] = { kind: 'accounts', accounts: ['wangfang'] }) {
  const outcomes = [];
  const draft = { text: '这是您要的文件', file: { id, name: ours.get(id)?.name ?? '文件' } };
  for (const body of channel.compose(draft, to, 1)) outcomes.push(await channel.send(body));
  return outcomes.map(({ kind }) => kind);
}
const seen = (chat = 'wangfang') => setup.bot.inbox(chat).map(({ msgtype, text }) => [msgtype, text]);
const uploads = () => setup.bot.counts().aibot_upload_media_init ?? 0;

test('a file of ours is uploaded in chunks and follows its words', async () => {
  keep('f1', { bytes: randomBytes(1_200_000) });
  expect(await send('f1')).toEqual(['sent', 'sent']);
  expect(seen()).toEqual([
    ['markdown', '这是您要的文件'],
    ['file', '[file]'],
  ]);
  expect(setup.bot.counts().aibot_upload_media_chunk).toBe(3);
  expect(setup.bot.uploaded().map(({ name, bytes }) => [name, bytes.equals(ours.get('f1')!.bytes as Buffer)])).toEqual([
    ['记录册.docx', true],
  ]);
});

test.each([
  ['image/png', 'image'],
  ['audio/amr', 'voice'],
  ['video/mp4', 'video'],
  ['text/plain', 'file'],
])('%s goes as %s', async (type, kind) => {
  keep('f1', { type });
  await send('f1');
  expect(seen()[1]).toEqual([kind, `[${kind}]`]);
});

test('a picture too large to be shown goes as a file', async () => {
  keep('f1', { type: 'image/png', bytes: randomBytes(2 * 1024 * 1024 + 1) });
  await send('f1');
  expect(seen()[1]![0]).toBe('file');
});

test('a group gets files too', async () => {
  keep('f1');
  await send('f1', { kind: 'group', group: 'wrGroup' });
  expect(seen('wrGroup').map(([type]) => type)).toEqual(['markdown', 'file']);
});

test('it is uploaded once for all who get it within three days, then again', async () => {
  keep('f1');
  await send('f1');
  await send('f1');
  expect(uploads()).toBe(1);
  setup.now += 3 * 24 * 3_600_000;
  await send('f1');
  expect(uploads()).toBe(2);
  expect(seen().filter(([type]) => type === 'file')).toHaveLength(3);
});

test('what WeCom has forgotten is uploaded again', async () => {
  keep('f1');
  await send('f1');
  setup.bot.forgetMedia();
  expect(await send('f1')).toEqual(['sent', 'sent']);
  expect(uploads()).toBe(2);
});

test('a chunk that is refused or lost is sent again', async () => {
  keep('f1', { bytes: randomBytes(600_000) });
  setup.bot.faults.chunkRefusals = 2;
  expect(await send('f1')).toEqual(['sent', 'sent']);
});

test('a connection that breaks in the middle leaves the message to be tried again', async () => {
  keep('f1');
  setup.connection.stop();
  expect((await send('f1'))[1]).toBe('unreachable');
});

test('uploads have a limit of their own', async () => {
  keep('f1');
  allowed = { until: setup.now + 30_000 };
  const [, file] = channel.compose(
    { text: '好', file: { id: 'f1', name: 'a' } },
    { kind: 'group', group: 'wrGroup' },
    1,
  );
  expect(await channel.send(file!)).toMatchObject({ kind: 'throttled', until: setup.now + 30_000 });
});

test.each([
  ['what is not kept any more', undefined],
  ['what is empty', Buffer.from('x')],
  ['what is larger than WeCom takes', Buffer.alloc(20 * 1024 * 1024 + 1)],
])('%s is not sent, and the reason is kept', async (_name, bytes) => {
  if (bytes) keep('f1', { bytes });
  expect((await send('f1'))[1]).toBe('rejected');
});

test('a very long name keeps its ending', async () => {
  keep('f1', { name: `${'长'.repeat(200)}.docx` });
  await send('f1');
  const { name } = setup.bot.uploaded()[0]!;
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(256);
  expect(name.endsWith('长.docx')).toBe(true);
});

test('without the long connection the message says where to get its file', () => {
  const { chats } = setup;
  const door = wecomBotChannel({ push: async () => ({ kind: 'nowhere', detail: '' }), chats, now: () => setup.now });
  const bodies = door.compose({ text: '好了', file: { id: 'f1', name: 'a.docx' } }, { kind: 'group', group: 'g' }, 1);
  expect(bodies).toHaveLength(1);
  expect(JSON.parse(bodies[0]!).markdown.content).toContain('发不了文件');
});
