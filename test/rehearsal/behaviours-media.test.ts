// Fetching files from the fake WeCom: behaviour 33.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fake, hour, openFake } from './behaviours-setup.ts';

const megabyte = 1024 * 1024;

let fake: Fake;
let token: string;
beforeEach(async () => {
  fake = await openFake();
  token = String((await fake.getToken()).access_token);
});
afterEach(() => fake.wecom.close());

const get = (id: unknown, range?: string) =>
  fetch(`${fake.wecom.url}/cgi-bin/media/get?access_token=${token}&media_id=${id}`, {
    headers: range === undefined ? {} : { range },
  });

describe('33 media/get', () => {
  test('33 gives the bytes with their type and their name', async () => {
    const { media_id } = await fake.upload('file', 'hello world');
    const whole = await get(media_id);
    expect([whole.status, await whole.text(), whole.headers.get('content-type')]).toEqual([
      200,
      'hello world',
      'application/x-test',
    ]);
    expect(whole.headers.get('content-disposition')).toContain(encodeURIComponent('名单'));
  });

  test('33 gives a part with 206 where one is asked for', async () => {
    const { media_id } = await fake.upload('file', 'hello world');
    const end = await get(media_id, 'bytes=6-');
    expect([end.status, await end.text(), end.headers.get('content-range')]).toEqual([206, 'world', 'bytes 6-10/11']);
    expect(await (await get(media_id, 'bytes=0-4')).text()).toBe('hello');
    expect(await (await get(media_id, 'bytes=6-999')).text()).toBe('world');
  });

  test('33 says what is wrong as JSON with HTTP 200', async () => {
    const { media_id } = await fake.upload('file', 'hello world');
    for (const id of ['unknown', '']) {
      const lost = await get(id);
      expect([lost.status, lost.headers.get('content-type')]).toEqual([200, 'application/json; charset=UTF-8']);
      expect(await lost.json()).toMatchObject({ errcode: 40007 });
    }
    fake.wecom.forward(72 * hour + 1);
    token = String((await fake.getToken()).access_token);
    expect(await (await get(media_id)).json()).toMatchObject({ errcode: 40007 });
  });

  test('33 gives what is larger than 20 MB only in parts (830002)', async () => {
    const bytes = Buffer.alloc(21 * megabyte, 'x');
    const id = fake.wecom.keepMedia({ kind: 'video', bytes, filename: '会议.mp4' });
    expect(await (await get(id)).json()).toMatchObject({ errcode: 830002 });
    const part = await get(id, `bytes=${20 * megabyte}-`);
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, megabyte]);
  });

  test('33 may break off in the middle', async () => {
    const { media_id } = await fake.upload('file', 'hello world');
    fake.wecom.fault({ api: 'media/get', body: 'half' });
    await expect(get(media_id).then((answer) => answer.arrayBuffer())).rejects.toThrow();
  });
});
