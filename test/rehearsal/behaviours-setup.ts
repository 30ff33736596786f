// A fake WeCom on a clock that only a test moves, and calls of its API by hand.

import {
  type FakeWecom,
  type FakeWecomOptions,
  fakeCredentials,
  startFakeWecom,
} from '../../src/rehearsal/fake-wecom/fake-wecom.ts';

/** A Saturday morning. */
export const start = Date.parse('2026-12-05T09:00:00+08:00');
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const { corpId, agentId, secret } = fakeCredentials;

export type Json = Record<string, unknown> & { errcode: number; errmsg: string };

/** Waits end only when the test puts the clock forward. */
export function never(_milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Lets everything that is under way go on until `isSo`. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns += 1) {
    if (turns > 200_000) throw new Error('it never became so');
    await new Promise(setImmediate);
  }
}

export interface Fake {
  readonly wecom: FakeWecom;
  call(path: string, body?: unknown): Promise<Json>;
  getToken(corp?: string, of?: string): Promise<Json>;
  /** Takes a token for all further calls. */
  login(of?: string): Promise<void>;
  /** A call with the token. */
  api(path: string, body?: unknown): Promise<Json>;
  /** `message/send` of a text to wangfang, with these fields instead. */
  send(fields?: object): Promise<Json>;
  /** What one member can read. */
  texts(user: string): string[];
  upload(
    kind: string,
    bytes: string | Uint8Array<ArrayBuffer>,
    more?: { field?: string; name?: string },
  ): Promise<Json>;
}

/** Starts one and takes a token, unless `options.login` says no. */
export async function openFake(options: FakeWecomOptions & { readonly login?: boolean } = {}): Promise<Fake> {
  const wecom = await startFakeWecom({ now: () => start, pass: never, ...options });
  let token = '';
  const call: Fake['call'] = async (path, body) => {
    const request =
      body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) };
    return (await (await fetch(`${wecom.url}/cgi-bin/${path}`, request)).json()) as Json;
  };
  const getToken: Fake['getToken'] = (corp = corpId, of = secret) => call(`gettoken?corpid=${corp}&corpsecret=${of}`);
  const api: Fake['api'] = (path, body) => call(`${path}${path.includes('?') ? '&' : '?'}access_token=${token}`, body);
  const fake: Fake = {
    wecom,
    call,
    getToken,
    async login(of = secret) {
      token = String((await getToken(corpId, of)).access_token);
    },
    api,
    send: (fields = {}) =>
      api('message/send', {
        touser: 'wangfang',
        msgtype: 'text',
        agentid: agentId,
        text: { content: '通知' },
        ...fields,
      }),
    texts: (user) => wecom.inbox(user).map((received) => received.text),
    async upload(kind, bytes, { field = 'media', name = '名单.bin' } = {}) {
      const form = new FormData();
      form.append(field, new File([bytes], name, { type: 'application/x-test' }));
      const address = `${wecom.url}/cgi-bin/media/upload?access_token=${token}&type=${kind}`;
      return (await (await fetch(address, { method: 'POST', body: form })).json()) as Json;
    },
  };
  if (options.login !== false) await fake.login();
  return fake;
}
