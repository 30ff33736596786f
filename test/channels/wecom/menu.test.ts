import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type WecomClient, wecomClient } from '../../../src/channels/wecom/client.ts';
import { wecomHttp } from '../../../src/channels/wecom/http.ts';
import { createMenu, menuBody } from '../../../src/channels/wecom/menu.ts';
import { accessTokens, memoryTokenStore } from '../../../src/channels/wecom/token.ts';
import { home } from '../../../src/library/library.ts';
import { loadMenu } from '../../../src/library/menu.ts';
import { type FakeWecom, startFakeWecom } from '../../../src/rehearsal/fake-wecom/fake-wecom.ts';

let wecom: FakeWecom;
let client: WecomClient;
beforeEach(async () => {
  wecom = await startFakeWecom();
  const http = wecomHttp(wecom.url);
  client = wecomClient(http, accessTokens(wecom.credentials, { http, store: memoryTokenStore(), now: Date.now }));
});
afterEach(() => wecom.close());
const agentId = 1000002;

test('an entry becomes a button that says its words, a list its parent', () => {
  const menu = [
    { name: '帮助', says: '帮助' },
    { name: '我的', entries: [{ name: '网页', url: 'https://e.example' }] },
  ];
  expect(JSON.parse(menuBody(menu))).toEqual({
    button: [
      { type: 'click', name: '帮助', key: '帮助' },
      { name: '我的', sub_button: [{ type: 'view', name: '网页', url: 'https://e.example' }] },
    ],
  });
});

test('our own menu is taken by WeCom', async () => {
  const menu = loadMenu(path.join(home, 'content'));
  expect(await createMenu(client, agentId, menu)).toEqual({ kind: 'done' });
  const kept = await client('menu/get', undefined, { agentid: String(agentId) });
  expect(kept).toMatchObject({ code: 0, body: JSON.parse(menuBody(menu)) as object });
});

test('what WeCom refuses is said to the operator', async () => {
  expect(await createMenu(client, agentId, [])).toMatchObject({ kind: 'failed', say: expect.stringContaining('菜单') });
  expect(await createMenu(client, 7, [{ name: '帮助', says: '帮助' }])).toMatchObject({ kind: 'failed' });
  wecom.fault({ api: 'menu/create', status: 502 });
  expect(await createMenu(client, agentId, [{ name: '帮助', says: '帮助' }])).toMatchObject({
    kind: 'failed',
    detail: 'HTTP 502',
  });
});
