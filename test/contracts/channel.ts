// What every door must do with a message, run on each of them against its platform or a fake of it. What doors hear: hearing.ts.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel, Draft, Outcome, Recipient } from '../../src/channels/channel.ts';

/** One door with what a test needs of the platform behind it. Optional troubles are those that the platform can be made to have. */
export interface ChannelUnderTest {
  readonly channel: Channel;
  /** Accounts that can be reached, and one that cannot; groups where the door is run `into groups`. */
  readonly known: readonly [string, string];
  readonly unknown: string;
  /** Most bytes (UTF-8) of one text. */
  readonly longest: number;
  /** Texts that an account got, oldest first. */
  inbox(account: string): string[] | Promise<string[]>;
  readonly trouble?: {
    /** The next call fails on their side and nothing is sent. */
    failure?(): void;
    /** So many calls come to nothing: the connection is cut before they arrive. */
    away?(calls: number): void;
    /** The next call is done, but its answer is lost. */
    lostAnswer?(): void;
    /** The next call is refused because a limit is used up. */
    limit?(): void;
  };
  close(): Promise<void>;
}

/** Runs the contract on the door that `factory` makes; each test gets a new one. */
export function defineChannelContract(
  name: string,
  factory: () => Promise<ChannelUnderTest>,
  into: 'members' | 'groups that hear nothing of us but words' = 'members',
): void {
  const members = into === 'members';
  describe(`the contract of a channel: ${name}`, () => {
    let it: ChannelUnderTest;
    beforeEach(async () => {
      it = await factory();
    });
    afterEach(() => it.close());

    const to = (...accounts: string[]): Recipient =>
      members ? { kind: 'accounts', accounts } : { kind: 'group', group: accounts[0]! };
    async function sendAll(draft: Draft, recipient: Recipient, serial = 1): Promise<Outcome[]> {
      const outcomes: Outcome[] = [];
      for (const body of it.channel.compose(draft, recipient, serial)) outcomes.push(await it.channel.send(body));
      return outcomes;
    }

    test('a text arrives as it was written', async () => {
      const text = '下次主题党日：12月7日 09:00\n地点：二楼会议室 <305> & "旁边" 😀';
      const outcomes = await sendAll({ text }, to(it.known[0]));
      expect(outcomes.map((outcome) => outcome.kind)).toEqual(['sent']);
      expect(await it.inbox(it.known[0])).toEqual([text]);
      expect(await it.inbox(it.known[1])).toEqual([]);
    });

    test('composing is pure: the same message is the same to the last byte', () => {
      const draft: Draft = { title: '通知', text: '明天开会', buttons: [{ label: '收到', data: 'ack' }] };
      expect(it.channel.compose(draft, to(it.known[0]), 7)).toEqual(
        it.channel.compose(structuredClone(draft), to(it.known[0]), 7),
      );
    });

    test('two equal texts that are both wanted both arrive', async () => {
      await sendAll({ text: '收到' }, to(it.known[0]), 1);
      await sendAll({ text: '收到' }, to(it.known[0]), 2);
      expect(await it.inbox(it.known[0])).toEqual(['收到', '收到']);
    });

    test('a long text arrives whole and in order, each part within the limit', async () => {
      const lines = Array.from({ length: 200 }, (_, n) => `第${n + 1}条：学习时间请看安排😀`);
      const outcomes = await sendAll({ text: lines.join('\n') }, to(it.known[0]));
      expect(outcomes.every((outcome) => outcome.kind === 'sent')).toBe(true);
      const parts = await it.inbox(it.known[0]);
      expect(parts.join('\n').split('\n')).toEqual(lines);
      for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(it.longest);
    });

    test('parts of one message that are equal all arrive', async () => {
      const text = '汉'.repeat(it.longest);
      await sendAll({ text }, to(it.known[0]));
      expect((await it.inbox(it.known[0])).join('')).toBe(text);
    });

    test('what may be answered can be read', async () => {
      await sendAll(
        {
          text: '对吗？',
          buttons: [
            { label: '对', data: 'yes' },
            { label: '不对', data: 'no' },
          ],
        },
        to(it.known[0]),
      );
      const text = (await it.inbox(it.known[0])).join('\n');
      // Where nobody is heard nothing is to be answered.
      if (!members) return expect(text).toBe('对吗？');
      for (const label of ['对吗？', '对', '不对']) expect(text).toContain(label);
    });

    test('control characters do no harm', async () => {
      const outcomes = await sendAll({ text: 'a\u0000b\u0007c\u001b\td\ne' }, to(it.known[0]));
      expect(outcomes.map((outcome) => outcome.kind)).toEqual(['sent']);
      expect(await it.inbox(it.known[0])).toEqual(['abc\td\ne']);
    });

    test('an empty text sends nothing', () => {
      expect(it.channel.compose({ text: ' \n' }, to(it.known[0]), 1)).toEqual([]);
    });

    test('an account that cannot be reached is named, and the others get the message', async () => {
      const all = members && it.channel.batch > 1 ? [it.unknown, it.known[0]] : [it.unknown];
      const [outcome] = await sendAll({ text: '通知' }, to(...all));
      if (outcome?.kind === 'sent') expect(outcome.failed?.map(({ account }) => account)).toEqual([it.unknown]);
      else expect(outcome).toMatchObject({ kind: 'rejected', reason: expect.any(String) });
      expect(await it.inbox(it.known[0])).toEqual(all.length > 1 ? ['通知'] : []);
    });

    test('no call has more accounts than the door says', (context) => {
      if (!members) return context.skip();
      const accounts = Array.from({ length: it.channel.batch * 2 + 1 }, (_, n) => `${it.known[0]}${n}`);
      expect(it.channel.compose({ text: '通知' }, to(...accounts), 1)).toHaveLength(3);
    });

    test('says whether it writes to groups', () => {
      if (!members) expect(it.channel.groups).toBe(true);
      if (it.channel.groups) return;
      expect(() => it.channel.compose({ text: '通知' }, { kind: 'group', group: it.known[0] }, 1)).toThrow();
    });

    test('a body of somebody else is rejected, not thrown', async () => {
      for (const body of ['', '{}', 'null', '[]', 'hello']) expect((await it.channel.send(body)).kind).toBe('rejected');
    });

    test('taking back something unknown is an outcome', async () => {
      expect((await it.channel.recall('no such message')).kind).toBe('rejected');
    });

    test('their failure is "unreachable", and a repeat arrives', async (context) => {
      if (!it.trouble?.failure) return context.skip();
      const body = it.channel.compose({ text: '通知' }, to(it.known[0]), 1)[0]!;
      it.trouble.failure();
      expect((await it.channel.send(body)).kind).toBe('unreachable');
      expect(await it.inbox(it.known[0])).toEqual([]);
      expect((await it.channel.send(body)).kind).toBe('sent');
      expect(await it.inbox(it.known[0])).toEqual(['通知']);
    });

    test('while the platform is away every call is "unreachable"; when it is back the same body arrives, once', async (context) => {
      if (!it.trouble?.away) return context.skip();
      const body = it.channel.compose({ text: '通知' }, to(it.known[0]), 1)[0]!;
      it.trouble.away(3);
      for (let call = 1; call <= 3; call += 1) expect((await it.channel.send(body)).kind).toBe('unreachable');
      expect(await it.inbox(it.known[0])).toEqual([]);
      expect((await it.channel.send(body)).kind).toBe('sent');
      await sendAll({ text: '再一条' }, to(it.known[0]), 2);
      expect(await it.inbox(it.known[0])).toEqual(['通知', '再一条']);
    });

    test('after a lost answer the repeat is not seen twice', async (context) => {
      if (!it.trouble?.lostAnswer) return context.skip();
      const body = it.channel.compose({ text: '通知' }, to(it.known[0]), 1)[0]!;
      it.trouble.lostAnswer();
      expect((await it.channel.send(body)).kind).toBe('unreachable');
      expect((await it.channel.send(body)).kind).toBe('sent');
      expect(await it.inbox(it.known[0])).toEqual(['通知']);
    });

    test('a used-up limit is "throttled" until a moment to come', async (context) => {
      if (!it.trouble?.limit) return context.skip();
      it.trouble.limit();
      const [outcome] = await sendAll({ text: '通知' }, to(it.known[0]));
      expect(outcome).toMatchObject({ kind: 'throttled', until: expect.any(Number) });
    });
  });
}
