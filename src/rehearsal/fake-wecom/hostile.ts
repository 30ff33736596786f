// Callbacks that no WeCom sends, each wrong in one way. For trying our address; a refusal is the right answer to all but a replay.

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '../../domain/fault.ts';
import { call, seconds } from './deliver.ts';
import { encryptCallback, type SignedCallback, sealBytes, sealText, sign } from './seal.ts';
import { xmlOf } from './speak.ts';
import type { World } from './world.ts';

type Made = Pick<SignedCallback, 'query' | 'body'>;

/** What is wrong, and how it is made. People read the words at `GET /`. */
const kinds = {
  signature: ['签名不对', (world: World) => changed(world, (made) => made.query.replace(/=./, '=x'))],
  receiver: [
    '签名对，但写给别的企业',
    (world: World) => sealed(world, sealText({ ...world.keys, receiveId: 'wwother' }, hello(world))),
  ],
  truncated: ['密文被截断', (world: World) => sealed(world, sealText(world.keys, hello(world)).slice(0, -7))],
  length: [
    '长度字段超出结尾',
    (world: World) => sealed(world, sealBytes(world.keys, framed(world, { length: 0xffff }))),
  ],
  'fill-0': ['补位字节是0', (world: World) => sealed(world, sealBytes(world.keys, framed(world, { fill: 0 })))],
  'fill-33': ['补位字节是33', (world: World) => sealed(world, sealBytes(world.keys, framed(world, { fill: 33 })))],
  replay: ['上一次请求原样再来一遍（应得到同样的回答）', (world: World) => world.lastCallback ?? none()],
  stale: [
    '一小时前的请求',
    (world: World) =>
      encryptCallback(world.keys, { xml: hello(world), timestamp: String(Number(seconds(world)) - 3600) }),
  ],
  oversize: [
    '正文超过1MB',
    (world: World) => ({ ...changed(world, (made) => made.query), body: 'a'.repeat(1024 * 1024 + 1) }),
  ],
  doctype: [
    '信封里有 DOCTYPE 和实体',
    (world: World) => ({ ...changed(world, (made) => made.query), body: `${laughs}<xml><Encrypt>&b;</Encrypt></xml>` }),
  ],
  'doctype-inside': [
    '密文里有 DOCTYPE 和实体',
    (world: World) => sealed(world, sealText(world.keys, laughs + hello(world, '&b;'))),
  ],
} as const satisfies Readonly<Record<string, readonly [string, (world: World) => Made]>>;

export type HostileKind = keyof typeof kinds;

export const hostileKinds = Object.keys(kinds) as [HostileKind, ...HostileKind[]];

export const hostileRequest = z.strictObject({ kind: z.enum(hostileKinds) });

export function hostileMeaning(kind: HostileKind): string {
  return kinds[kind][0];
}

/** Sends it once; resolves to the HTTP status, 0 = no answer or cut off. */
export async function attack(world: World, kind: HostileKind): Promise<{ readonly status: number }> {
  const answer = await call(world, kinds[kind][1](world));
  return { status: answer?.status ?? 0 };
}

const laughs = `<!DOCTYPE xml [<!ENTITY a "${'ha'.repeat(50)}"><!ENTITY b "${'&a;'.repeat(50)}">]>`;

function hello(world: World, content = '签到'): string {
  const xml = xmlOf({
    ToUserName: world.credentials.corpId,
    FromUserName: 'stranger',
    CreateTime: seconds(world),
    MsgType: 'text',
    Content: content === '签到' ? content : '@',
    MsgId: String(world.nextMessageId++),
    AgentID: String(world.credentials.agentId),
  });
  return content === '签到' ? xml : xml.replace('<![CDATA[@]]>', content);
}

function sealed(world: World, encrypted: string): Made {
  const timestamp = seconds(world);
  const signature = sign(world.keys.token, timestamp, '12345678', encrypted);
  return {
    query: `msg_signature=${signature}&timestamp=${timestamp}&nonce=12345678`,
    body: `<xml><ToUserName><![CDATA[${world.keys.receiveId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
  };
}

function changed(world: World, query: (made: SignedCallback) => string): Made {
  const made = encryptCallback(world.keys, { xml: hello(world), timestamp: seconds(world) });
  return { query: query(made), body: made.body };
}

/** The bytes inside as they should be, but for one of these. */
function framed(world: World, { length, fill }: { readonly length?: number; readonly fill?: number }): Buffer {
  const text = Buffer.from(hello(world));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(length ?? text.length);
  const head = Buffer.concat([randomBytes(16), size, text, Buffer.from(world.keys.receiveId)]);
  const missing = 32 - (head.length % 32);
  return Buffer.concat([head, Buffer.alloc(missing, fill ?? missing)]);
}

function none(): never {
  throw new Fault('not-found', '还没有送过消息，没有可以重放的');
}
