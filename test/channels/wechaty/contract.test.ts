import { describe, expect, test } from 'vitest';
import { defineChannelContract } from '../../contracts/channel.ts';
import { openWechat, saturday } from './setup.ts';

/** The door with people or rooms at the other end; our own echo is waited for only as long as it takes to say so. */
function wechatUnderTest(kind: 'people' | 'rooms') {
  return async () => {
    const limits = { perHour: 100, perDay: 400, pause: 0 };
    const it = await openWechat({ limits, sentBefore: [saturday - 1] });
    it.wechat.addRoom({ id: 'b2@chatroom', members: ['zhaolei'] });
    const { channel } = it.door;
    return {
      channel: {
        ...channel,
        async send(body: string) {
          let isDone = false;
          const sending = channel.send(body).finally(() => {
            isDone = true;
          });
          while (!isDone) await it.pass(1000);
          const outcome = await sending;
          it.wechat.echo();
          await new Promise((resolve) => setTimeout(resolve, 10));
          return outcome;
        },
      },
      known: kind === 'people' ? (['zhaolei', 'lijie'] as const) : (['b1@chatroom', 'b2@chatroom'] as const),
      unknown: kind === 'people' ? 'nobody' : 'none@chatroom',
      longest: 2048,
      inbox: (to: string) => it.wechat.inbox().flatMap((one) => (one.to === to ? [one.text] : [])),
      trouble: {
        failure: () => it.wechat.trouble('failure'),
        away: (calls: number) => it.wechat.trouble('failure', calls),
        lostAnswer: () => it.wechat.trouble('late echo'),
        limit: () => {
          limits.perDay = 0;
        },
      },
      close: () => it.close(),
    };
  };
}

defineChannelContract('wechaty', wechatUnderTest('people'));

describe('rooms', () => {
  test('a text and its buttons arrive in a room as words', async () => {
    const it = await wechatUnderTest('rooms')();
    const draft = { text: '明天开会', buttons: [{ label: '收到', data: 'ack' }] };
    for (const body of it.channel.compose(draft, { kind: 'group', group: it.known[0] }, 1))
      expect(await it.channel.send(body)).toMatchObject({ kind: 'sent' });
    expect(it.inbox(it.known[0])).toEqual(['明天开会\n回复：收到']);
    await it.close();
  });

  test('a room that is not there is named as such', async () => {
    const it = await wechatUnderTest('rooms')();
    const [body] = it.channel.compose({ text: '明天开会' }, { kind: 'group', group: it.unknown }, 1);
    expect(await it.channel.send(body!)).toMatchObject({ kind: 'rejected', reason: 'unknown-account' });
    await it.close();
  });
});
