// Requests that no WeCom sends, as bytes on a socket: noise, lies about length, wrong keys, bombs. Each says what may come back.

import { createConnection } from 'node:net';
import { encryptCallback, sealText, sign } from '../../src/rehearsal/fake-wecom/seal.ts';
import { agentId, corpId, keys } from './service.ts';

export interface Broken {
  readonly name: string;
  readonly bytes: Buffer;
  /** The sender hangs up after the bytes and hears nothing. */
  readonly hangsUp?: boolean;
  /** The connection may be cut without an answer. */
  readonly mayBeCut?: boolean;
}

/** Same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const member = (content: string, extra = '') =>
  `<xml><ToUserName>${corpId}</ToUserName><FromUserName>m1</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>${content}</Content><MsgId>1</MsgId><AgentID>${agentId}</AgentID>${extra}</xml>`;

/** Makes one broken request after another, of about `size` bytes where size makes no difference. */
export function brokenRequests(random: () => number): () => Broken {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const upTo = (most: number) => Math.floor(random() * most);
  const noise = (length: number) => Buffer.from(Array.from({ length }, () => upTo(256)));
  const seconds = () => String(Math.floor(Date.now() / 1000));
  const text = (length: number) => noise(length).toString('latin1');
  const sealed = (xml: string, change: Partial<typeof keys> = {}, timestamp = seconds()) =>
    encryptCallback({ ...keys, ...change }, { xml, timestamp });
  const post = (body: Buffer | string, query: string, headers = 'Content-Type: text/xml\r\n', method = 'POST') =>
    Buffer.concat([
      Buffer.from(
        `${method} /wecom/callback?${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
      ),
      Buffer.from(body),
    ]);
  const get = (target: string, method = 'GET', headers = '') =>
    Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`, 'latin1');
  const signedRaw = (encrypted: string) => {
    const time = seconds();
    const query = `msg_signature=${sign(keys.token, time, '1', encrypted)}&timestamp=${time}&nonce=1`;
    return post(`<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`, query);
  };
  const signed = (xml: string, change: Partial<typeof keys> = {}, time?: string) => {
    const { body, query } = sealed(xml, change, time);
    return post(body, query);
  };
  const good = () => sealed(member('签到'));
  const flip = (value: string) => {
    const at = upTo(value.length);
    return value.slice(0, at) + pick(['!', '\0', '=', '汉', '&', ' ', '\u{1f600}']) + value.slice(at + 1);
  };
  const laughs = `<!DOCTYPE xml [<!ENTITY a "${'ha'.repeat(50)}"><!ENTITY b "${'&a;'.repeat(50)}"><!ENTITY c "${'&b;'.repeat(50)}">]>`;
  const deep = (levels: number) => `<xml>${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}</xml>`;

  const makers: Readonly<Record<string, () => Omit<Broken, 'name'>>> = {
    'noise as a body': () => ({ bytes: post(noise(1 + upTo(pick([200, 4000, 60_000]))), good().query) }),
    'an envelope cut short': () => {
      const { body, query } = good();
      return { bytes: post(body.slice(0, upTo(body.length - 1)), query) };
    },
    'one character of the envelope changed': () => {
      const { body, query, encrypted } = good();
      return { bytes: post(body.replace(encrypted, flip(encrypted)), query) };
    },
    'one character of the query changed': () => {
      const { body, query } = good();
      const at = query.indexOf('=') + 1 + upTo(40);
      const changed = query.slice(0, at) + (query[at] === '0' ? '1' : '0') + query.slice(at + 1);
      return { bytes: post(body, changed) };
    },
    'bad base64, signed': () => ({
      bytes: signedRaw(pick(['!!!!', 'A', 'AAAA', text(40).replaceAll(']]>', ''), flip(good().encrypted)])),
    }),
    'a cipher text cut short, signed': () => {
      const { encrypted } = good();
      return { bytes: signedRaw(encrypted.slice(0, upTo(encrypted.length - 1))) };
    },
    'noise inside, signed': () => ({ bytes: signed(`a${text(upTo(pick([100, 20_000])))}`) }),
    'another corp': () => ({
      bytes: signed(member('签到'), { receiveId: pick(['wwother', '', `${corpId} `, corpId.toUpperCase()]) }),
    }),
    'another token': () => ({ bytes: signed(member('签到'), { token: 'guess' }) }),
    'another app': () => ({ bytes: signed(member('签到').replace(String(agentId), '1000009')) }),
    'a stale time stamp': () => ({
      bytes: signed(member('签到'), {}, pick(['0', '1', '999999999999', '-5', 'now', '1e9', seconds().slice(1)])),
    }),
    'entities in the envelope': () => ({ bytes: post(`${laughs}<xml><Encrypt>&c;</Encrypt></xml>`, good().query) }),
    'entities inside, signed': () => ({ bytes: signed(laughs + member('&c;')) }),
    'an outside entity inside, signed': () => ({
      bytes: signed(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${member('&e;')}`),
    }),
    'a body over the limit': () => ({ bytes: post('a'.repeat(2 * 1024 * 1024), good().query), mayBeCut: true }),
    'a body over the limit in chunks': () => {
      const chunk = `40000\r\n${'a'.repeat(0x40000)}\r\n`;
      const head = `POST /wecom/callback?a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
      return { bytes: Buffer.from(head + chunk.repeat(6)), mayBeCut: true };
    },
    'deep XML': () => ({ bytes: post(deep(100 + upTo(20_000)), good().query) }),
    'deep XML inside, signed': () => ({ bytes: signed(deep(100 + upTo(20_000))) }),
    'NUL and half characters': () => ({
      bytes: post(
        Buffer.concat([
          Buffer.from('<xml><Encrypt>\0'),
          Buffer.from([0xed, 0xa0, 0x80, 0xff, 0xc0, 0x80]),
          Buffer.from('</Encrypt></xml>'),
        ]),
        good().query,
      ),
    }),
    'fields missing inside, signed': () => ({
      bytes: signed(
        pick([
          '<xml></xml>',
          '<xml><MsgType>text</MsgType></xml>',
          member('x').replace('>m1<', '><'),
          member('x').replace('<CreateTime>1<', '<CreateTime>NaN<'),
          member('x', '<MsgId>2</MsgId><MsgId>3</MsgId>'),
        ]),
      ),
    }),
    'an odd query': () => ({
      bytes: get(
        `/wecom/callback?${pick([
          'msg_signature=a&msg_signature=b&timestamp=1&nonce=1&echostr=x',
          'msg_signature[]=1&echostr[__proto__]=2',
          'echostr=%00%ff%E0%A4%A',
          `echostr=${'A'.repeat(7000)}`,
          '&&&===',
          '%',
          `timestamp=${'9'.repeat(400)}`,
          encodeURIComponent(text(60)),
        ])}`,
      ),
    }),
    'an echo of noise, signed': () => {
      const time = seconds();
      const echo = pick(['AAAA', sealText({ ...keys, receiveId: 'wwother' }, '1'), text(20)]);
      const query = `msg_signature=${sign(keys.token, time, '1', echo)}&timestamp=${time}&nonce=1&echostr=${encodeURIComponent(echo)}`;
      return { bytes: get(`/wecom/callback?${query}`) };
    },
    'another method': () => ({
      bytes: post('x', 'a=b', '', pick(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'QUERY', 'TRACE'])),
    }),
    'another path': () => ({
      bytes: get(
        pick([
          '/',
          '/wecom',
          '/wecom/callback/../../etc/passwd',
          '/%2e%2e/x',
          '/wecom/%E0%A4%A',
          '//',
          `/${'a'.repeat(5000)}`,
          '/simulator/api',
        ]),
      ),
    }),
    'an untrue content type': () => ({
      bytes: post(
        pick(['{"Encrypt":1}', 'a=b', '--x\r\n']),
        good().query,
        `Content-Type: ${pick(['application/json', 'multipart/form-data; boundary=x', 'a/b;;;', 'text/xml; charset=utf-16'])}\r\n`,
      ),
    }),
    'an untrue encoding': () => ({
      bytes: post(noise(200), good().query, 'Content-Type: text/xml\r\nContent-Encoding: gzip\r\n'),
    }),
    'a huge header': () => ({ bytes: get('/wecom/callback', 'GET', `X: ${'a'.repeat(100_000)}\r\n`), mayBeCut: true }),
    'very many headers': () => ({ bytes: get('/wecom/callback', 'GET', 'X: 1\r\n'.repeat(3000)), mayBeCut: true }),
    'no HTTP at all': () => ({ bytes: Buffer.concat([noise(1 + upTo(500)), Buffer.from('\r\n\r\n')]), mayBeCut: true }),
    'untrue lengths': () => ({
      bytes: Buffer.from(
        `POST /wecom/callback?a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${pick(['Content-Length: -5', 'Content-Length: 5\r\nTransfer-Encoding: chunked', 'Content-Length: 1e9', 'Content-Length: 1\r\nContent-Length: 2', 'Transfer-Encoding: gzip'])}\r\n\r\nzz\r\nhello`,
      ),
      mayBeCut: true,
    }),
    'broken chunks': () => ({
      bytes: Buffer.from(
        `POST /wecom/callback?a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${pick(['zz\r\nhello', 'ffffffffffffffffff\r\nx', '5\r\nhel', '-1\r\n'])}\r\n\r\n`,
      ),
      mayBeCut: true,
      hangsUp: random() < 0.5,
    }),
    'a body that never comes': () => ({
      bytes: post('x'.repeat(1 + upTo(5000)), good().query).subarray(0, 300),
      hangsUp: true,
    }),
  };
  const names = Object.keys(makers);
  let count = 0;
  return function next(): Broken {
    const name = names[count % names.length]!;
    const round = Math.floor(count / names.length);
    count += 1;
    // The largest would crowd out all others.
    return name.startsWith('a body over') && round % 15 > 0 ? next() : { name, ...makers[name]!() };
  };
}

/** Sends the bytes; the status that came back, undefined when the connection was cut. */
export function exchange(port: number, { bytes, hangsUp }: Broken): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    let heard = '';
    socket.on('connect', () => {
      socket.write(bytes, () => {
        if (hangsUp) setImmediate(() => socket.destroy());
      });
    });
    socket.on('data', (chunk) => {
      if (heard.length < 100) heard += chunk.toString('latin1');
    });
    // Some never come to an end; the service would hang up later than a test can wait.
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => {
      const status = /^HTTP\/1\.1 (\d{3})/.exec(heard);
      resolve(status ? Number(status[1]) : undefined);
    });
  });
}
