import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../src/channels/channel.ts';
import { webhookChannel } from '../../src/channels/webhook.ts';
import { wecomHttp } from '../../src/channels/wecom/http.ts';
import { type FakeWecom, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { defineChannelContract } from '../contracts/channel.ts';

const start = Date.parse('2026-12-05T09:00:00+08:00');
const minute = 60_000;
const keys = ['693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa', '693a91f6-7xxx-4bc4-97a0-0ec2sifa5bbb'] as const;

let now: number;
let wecom: FakeWecom;
let channel: Channel;

async function open(): Promise<void> {
  now = start;
  wecom = await startFakeWecom({ now: () => now, robots: keys });
  channel = webhookChannel({ http: wecomHttp(wecom.url), now: () => now, random: () => 0.5 });
}
const texts = (key: string) => wecom.groupInbox(key).map(({ text }) => text);

defineChannelContract(
  'webhook',
  async () => {
    await open();
    return {
      channel,
      known: keys,
      unknown: 'removed',
      longest: 2048,
      inbox: texts,
      trouble: {
        failure: () => wecom.fault({ api: 'webhook/send', status: 502 }),
        away: (times) => wecom.fault({ api: 'webhook/send', reset: 'before', times }),
        limit: () => wecom.fault({ api: 'webhook/send', code: 45009 }),
      },
      close: () => wecom.close(),
    };
  },
  'groups that hear nothing of us but words',
);

describe('the door to group robots', () => {
  beforeEach(open);
  afterEach(() => wecom.close());
  const body = (text: string, group: string = keys[0]) => channel.compose({ text }, { kind: 'group', group }, 1)[0]!;

  test('sends what WeCom documents, the key in the address only', async () => {
    await channel.send(body('通知'));
    expect(wecom.groupInbox(keys[0])[0]!.raw).toBe('{"msgtype":"text","text":{"content":"通知"}}');
  });

  test('the 21st message within a minute is throttled, for this robot alone', async () => {
    for (let n = 0; n < 20; n += 1) expect((await channel.send(body(String(n)))).kind).toBe('sent');
    expect(await channel.send(body('20'))).toMatchObject({ kind: 'throttled', until: now + minute });
    expect((await channel.send(body('20', keys[1]))).kind).toBe('sent');
    now += minute;
    expect((await channel.send(body('20'))).kind).toBe('sent');
    expect(texts(keys[0])).toHaveLength(21);
  });

  test.each([93000, 93004, 93008])('a robot with %i is one group that is lost, not the door', async (code) => {
    wecom.fault({ api: 'webhook/send', code });
    expect(await channel.send(body('通知'))).toMatchObject({ kind: 'rejected', reason: 'unknown-account' });
  });

  test('what is wrong with the whole door loses no message: it waits until that is mended', async () => {
    wecom.fault({ api: 'webhook/send', code: 60020 });
    expect(await channel.send(body('通知'))).toMatchObject({ kind: 'rejected', reason: 'door-misconfigured' });
  });

  test('the key is told to nobody', async () => {
    for (const fault of [{ code: 93000 }, { status: 502 }, { reset: 'before' as const }, { body: 'html' as const }]) {
      wecom.fault({ api: 'webhook/send', ...fault });
      expect(JSON.stringify(await channel.send(body('通知')))).not.toContain('693a91f6');
    }
  });

  test('members cannot be reached, and a key that would change the address is a fault', () => {
    expect(() => channel.compose({ text: 'x' }, { kind: 'accounts', accounts: ['wangfang'] }, 1)).toThrow(/群/);
    expect(() => body('x', 'a&key=b')).toThrow(/密钥/);
  });
});
