import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../../src/channels/channel.ts';
import { wecomClient } from '../../../src/channels/wecom/client.ts';
import { wecomHttp } from '../../../src/channels/wecom/http.ts';
import { memoryMediaCache, outgoingFiles } from '../../../src/channels/wecom/media.ts';
import { mediaDownload, wecomFetch } from '../../../src/channels/wecom/media-download.ts';
import { wecomChannel } from '../../../src/channels/wecom/send.ts';
import { type AccessTokens, accessTokens, memoryTokenStore } from '../../../src/channels/wecom/token.ts';
import { type FakeWecom, startFakeWecom } from '../../../src/rehearsal/fake-wecom/fake-wecom.ts';

const start = Date.parse('2026-12-07T16:00:00+08:00');
const hour = 3_600_000;

let now: number;
let wecom: FakeWecom;
let tokens: AccessTokens;
let channel: Channel;
let bytes: Uint8Array;
let asked: string[];

beforeEach(async () => {
  now = start;
  asked = [];
  bytes = new Uint8Array(Buffer.from('a week in figures'));
  wecom = await startFakeWecom({ now: () => now });
  const http = wecomHttp(wecom.url);
  tokens = accessTokens(wecom.credentials, { http, store: memoryTokenStore(), now: () => now });
  const client = wecomClient(http, tokens);
  const files = outgoingFiles({
    client,
    cache: memoryMediaCache(() => now),
    now: () => now,
    attachments: async (id) => {
      asked.push(id);
      return id === 'gone' ? undefined : { name: '第一党支部 周报.xlsx', type: 'application/x-sheet', bytes };
    },
  });
  channel = wecomChannel({ agentId: wecom.credentials.agentId, client, files, now: () => now, random: () => 0 });
});
afterEach(() => wecom.close());

const bodies = (id = 'f1', to = ['wangfang'], serial = 1) =>
  channel.compose(
    { text: '周报在附件里', file: { id, name: '周报.xlsx' } },
    { kind: 'accounts', accounts: to },
    serial,
  );
const fileBody = (...given: Parameters<typeof bodies>) => bodies(...given).at(-1)!;
const uploads = () => wecom.calls()['media/upload'] ?? 0;

describe('a message with a file', () => {
  test('arrives as its text and then the file under its own name', async () => {
    for (const body of bodies()) expect((await channel.send(body)).kind).toBe('sent');
    expect(wecom.inbox('wangfang').map(({ msgtype, text }) => [msgtype, text])).toEqual([
      ['text', '周报在附件里'],
      ['file', '[第一党支部 周报.xlsx]'],
    ]);
  });

  test('may be nothing but the file', () => {
    const only = channel.compose({ text: '', file: { id: 'f1', name: 'x' } }, { kind: 'accounts', accounts: ['a'] }, 1);
    expect(only.map((body) => JSON.parse(body) as unknown)).toMatchObject([
      { msgtype: 'file', file: { media_id: 'file:f1' }, enable_duplicate_check: 1 },
    ]);
  });

  test('is uploaded once for all who get it', async () => {
    const sent = Array.from({ length: 10 }, (_, n) => channel.send(fileBody('f1', [`m${n}`], n)));
    expect((await Promise.all(sent)).every(({ kind }) => kind === 'sent')).toBe(true);
    expect([uploads(), asked]).toEqual([1, ['f1']]);
    now += 70 * hour;
    await channel.send(fileBody('f1', ['zhaolei'], 2));
    expect(uploads()).toBe(1);
    now += hour;
    await channel.send(fileBody('f1', ['zhaolei'], 3));
    expect(uploads()).toBe(2);
  });

  test('is the same to the last byte when it is sent again after a lost answer', async () => {
    wecom.fault({ api: 'message/send', reset: 'after' });
    expect((await channel.send(fileBody())).kind).toBe('unreachable');
    now += hour / 12;
    expect((await channel.send(fileBody())).kind).toBe('sent');
    expect(wecom.inbox('wangfang')).toHaveLength(1);
  });

  test('is uploaded again, once, when WeCom has forgotten it', async () => {
    await channel.send(fileBody());
    wecom.fault({ api: 'message/send', code: 40007 });
    expect((await channel.send(fileBody('f1', ['zhaolei'], 2))).kind).toBe('sent');
    expect(uploads()).toBe(2);
    wecom.fault({ api: 'message/send', code: 40007, times: 9 });
    expect((await channel.send(fileBody('f1', ['lijie'], 3))).kind).toBe('rejected');
    expect(uploads()).toBe(3);
  });

  test('that is not kept any more, or too small or large, is an outcome and calls nothing', async () => {
    expect(await channel.send(fileBody('gone'))).toMatchObject({ kind: 'rejected', reason: 'expired' });
    for (const length of [5, 20 * 1024 * 1024 + 1]) {
      bytes = new Uint8Array(length);
      expect(await channel.send(fileBody())).toMatchObject({ kind: 'rejected', reason: 'bad-request' });
    }
    expect(wecom.calls()).toEqual({});
  });

  test.each([
    [{ status: 502 }, { kind: 'unreachable' }],
    [{ code: -1 }, { kind: 'unreachable' }],
    [{ code: 45009 }, { kind: 'throttled' }],
    [{ code: 45001 }, { kind: 'rejected', reason: 'bad-request' }],
    [{ body: 'half' as const }, { kind: 'unreachable' }],
  ])('whose upload meets %j is %j, and the next try uploads it', async (fault, outcome) => {
    wecom.fault({ api: 'media/upload', ...fault });
    expect(await channel.send(fileBody())).toMatchObject(outcome);
    now += hour;
    expect((await channel.send(fileBody())).kind).toBe('sent');
  });

  test('a token that died is replaced for the upload too', async () => {
    await channel.send(bodies()[0]!);
    wecom.corruptTokens();
    expect((await channel.send(fileBody())).kind).toBe('sent');
  });

  test('a door without files only names it', () => {
    const door = wecomChannel({
      agentId: 1,
      client: async () => ({ kind: 'silence', detail: '' }),
      now: () => 0,
      random: () => 0,
    });
    const made = door.compose(
      { text: '周报', file: { id: 'f1', name: '周报.xlsx' } },
      { kind: 'accounts', accounts: ['a'] },
      1,
    );
    expect(JSON.parse(made[0]!)).toMatchObject({ text: { content: '周报\n附件：周报.xlsx' } });
    expect(made).toHaveLength(1);
  });
});

describe('what people sent in', () => {
  const put = async (content: string, name: string, kind = 'file') => {
    const got = await tokens.get();
    if (!('token' in got)) throw new Error('no token');
    const form = new FormData();
    form.append('media', new File([content], name, { type: 'audio/amr' }));
    const address = `${wecom.url}/cgi-bin/media/upload?access_token=${got.token}&type=${kind}`;
    const answer = (await (await fetch(address, { method: 'POST', body: form })).json()) as { media_id: string };
    return answer.media_id;
  };
  const download = (options: { largest?: number; timeout?: number } = {}) =>
    mediaDownload({ base: `${wecom.url}/`, tokens, ...options });

  test('comes as bytes, with its name and type', async () => {
    const id = await put('#!AMR voice', '录音.amr', 'voice');
    expect(await download()(id)).toEqual({
      kind: 'file',
      bytes: Buffer.from('#!AMR voice'),
      name: '录音.amr',
      type: 'audio/amr',
    });
  });

  test('is taken up again where it broke off', async () => {
    const id = await put('0123456789'.repeat(1000), 'x.txt');
    wecom.fault({ api: 'media/get', body: 'half' });
    const got = await download()(id);
    expect(got).toMatchObject({ kind: 'file' });
    expect(got.kind === 'file' && got.bytes.toString()).toBe('0123456789'.repeat(1000));
    expect(wecom.calls()['media/get']).toBe(2);
  });

  test('a refusal is JSON with HTTP 200, and is not taken for a file', async () => {
    expect(await download()('unknown')).toEqual({ kind: 'failed', why: 'gone', detail: '40007' });
    const id = await put('hello world', 'x.txt');
    now += 73 * hour;
    expect(await download()(id)).toMatchObject({ why: 'gone' });
    for (const [code, why] of [
      [830002, 'too-large'],
      [48002, 'refused'],
    ] as const) {
      wecom.fault({ api: 'media/get', code });
      expect(await download()(id)).toMatchObject({ why });
    }
  });

  test('is not read beyond what is allowed', async () => {
    const id = await put('hello world', 'x.txt');
    expect(await download({ largest: 10 })(id)).toMatchObject({ kind: 'failed', why: 'too-large' });
    expect(await download({ largest: 11 })(id)).toMatchObject({ kind: 'file' });
  });

  test('is fetched as every door fetches: there, gone, too large, or not to be reached now', async () => {
    const id = await put('#!AMR voice', '录音.amr', 'voice');
    const get = wecomFetch({ base: wecom.url, tokens });
    expect(await get(id, 100)).toEqual({
      kind: 'fetched',
      bytes: Buffer.from('#!AMR voice'),
      name: '录音.amr',
      type: 'audio/amr',
    });
    expect(await get(id, 5)).toEqual({ kind: 'too-large' });
    expect(await get('unknown', 100)).toEqual({ kind: 'gone', detail: '40007' });
    // The address is not trusted any more: an operator may mend that while the file still lies there.
    wecom.fault({ api: 'media/get', code: 60020 });
    expect(await get(id, 100)).toEqual({ kind: 'unreachable', detail: '60020' });
  });

  test('survives a dead token and a bad gateway, not a dead network', async () => {
    const id = await put('hello world', 'x.txt');
    wecom.expireTokens();
    expect(await download()(id)).toMatchObject({ kind: 'file' });
    wecom.fault({ api: 'media/get', status: 502 });
    expect(await download()(id)).toMatchObject({ kind: 'file' });
    wecom.fault({ api: 'media/get', reset: 'before', times: 9 });
    const failed = await download()(id);
    expect(failed).toMatchObject({ kind: 'failed', why: 'unreachable' });
    expect(JSON.stringify(failed)).not.toMatch(/[\w-]{43}/);
  });
});
