// The load of the benchmark: distinct signed and encrypted callbacks over keep-alive sockets, each answer read to its end and timed.

import { createCipheriv, createHash } from 'node:crypto';
import { createConnection } from 'node:net';
import { fakeCredentials } from './fake-wecom/fake-wecom.ts';

export interface Driven {
  /** Milliseconds from the first request to the last answer. */
  readonly milliseconds: number;
  /** Milliseconds of each request. */
  readonly latencies: number[];
}

/** What members say, in turns: a report begun, answered step by step, confirmed; every message is a real step of a flow. */
const script = ['报服务', '去社区清垃圾', '昨天', '两个半小时', '对'];

/** Whole HTTP requests, made beforehand so that the client costs little while it measures. The first id is `serial`. */
export function makeBodies(count: number, people: number, serial: number): Buffer[] {
  const { token, corpId, agentId, encodingAesKey } = fakeCredentials;
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const now = Math.floor(Date.now() / 1000);
  return Array.from({ length: count }, (_, index) => {
    const id = String(7_300_000_000_000_000_000n + BigInt(serial + index));
    const text = script[Math.floor((serial + index) / people) % script.length]!;
    const from = `bench${(serial + index) % people}`;
    const xml = `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><FromUserName><![CDATA[${from}]]></FromUserName><CreateTime>${now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>${id}</MsgId><AgentID>${agentId}</AgentID></xml>`;
    const body = Buffer.from(xml);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(body.length);
    const plain = Buffer.concat([Buffer.from(id.padStart(16, '0').slice(-16)), size, body, Buffer.from(corpId)]);
    const fill = 32 - (plain.length % 32);
    const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const encrypted = Buffer.concat([
      cipher.update(plain),
      cipher.update(Buffer.alloc(fill, fill)),
      cipher.final(),
    ]).toString('base64');
    const nonce = String(serial + index);
    const signature = createHash('sha1')
      .update([token, String(now), nonce, encrypted].sort().join(''))
      .digest('hex');
    const outer = `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt><AgentID><![CDATA[${agentId}]]></AgentID></xml>`;
    const head = `POST /wecom/callback?msg_signature=${signature}&timestamp=${now}&nonce=${nonce} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(outer)}\r\n\r\n`;
    return Buffer.from(head + outer);
  });
}

/** Sends all requests over so many connections; throws when an answer is not 200. */
export async function drive(port: number, requests: readonly Buffer[], connections: number): Promise<Driven> {
  const latencies: number[] = [];
  let next = 0;
  const begin = performance.now();
  await Promise.all(Array.from({ length: connections }, () => oneConnection()));
  return { milliseconds: performance.now() - begin, latencies };

  function oneConnection(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
      let sentAt = 0;
      let pending = Buffer.alloc(0);
      const send = () => {
        const request = requests[next];
        next += 1;
        if (!request) return socket.end();
        sentAt = performance.now();
        socket.write(request);
      };
      socket.on('connect', send);
      socket.on('data', (chunk) => {
        pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
        const end = endOfAnswer(pending);
        if (end === undefined) return;
        if (!pending.subarray(0, 12).equals(ok))
          return reject(new Error(`answer: ${pending.subarray(0, 200).toString()}`));
        latencies.push(performance.now() - sentAt);
        pending = pending.subarray(end);
        send();
      });
      socket.on('error', reject);
      socket.on('close', () => resolve());
    });
  }
}

const ok = Buffer.from('HTTP/1.1 200');

/** Where the first answer in the buffer ends; undefined while it is not whole. */
function endOfAnswer(buffer: Buffer): number | undefined {
  const head = buffer.indexOf('\r\n\r\n');
  if (head === -1) return undefined;
  const length = /content-length: (\d+)/i.exec(buffer.subarray(0, head).toString('latin1'));
  const end = head + 4 + Number(length?.[1] ?? 0);
  return buffer.length >= end ? end : undefined;
}
