// What every door must do with what people do, and when its platform goes away: run on each of them with its platform or a fake of it at the other end.

import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeApp } from '../../src/app.ts';
import type { Content, Draft, Inbound, Outcome, Recipient } from '../../src/channels/channel.ts';
import type { ChannelName } from '../../src/domain/organisation.ts';
import { home, type Library, loadLibrary } from '../../src/library/library.ts';
import type { Did, Door, OpenDoor } from '../../src/rehearsal/doors.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import { cloneDatabase, type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { viewNames } from '../../src/store/views/index.ts';

export interface HearingDoor {
  readonly channel: ChannelName;
  readonly open: OpenDoor;
  /** What people cannot do there, or what their platform does not tell; `push` = nobody is written to unasked. */
  readonly cannot?: readonly ('group' | 'tap' | 'enter' | 'upload' | 'other' | 'push')[];
  /** The id of a branch's group. */
  readonly groupOf?: (unit: string) => string;
  /** Sent voice arrives as text. */
  readonly writesVoiceDown?: boolean;
}

const at = Date.parse('2026-12-05T10:00:00+08:00');
let template: Database;
let library: Library;
let count = 0;

beforeAll(async () => {
  library = loadLibrary(viewNames, { sample: true });
  template = await openThrowaway();
  await migrate(template, migrations);
  await fillOrganisation(template.pool, `${home}/test/fixtures/orgs/small.yaml`);
});
afterAll(() => template.close());

/** Runs the contract on the door; each test gets a new one. */
export function defineHearingContract(name: string, under: HearingDoor): void {
  const cannot = (what: NonNullable<HearingDoor['cannot']>[number]) => under.cannot?.includes(what) ?? false;

  describe(`what a door hears: ${name}`, () => {
    let db: Database;
    let door: Door;
    let heard: Inbound[];
    /** What people were shown, as `to: text`. */
    let shown: string[];
    let answer: (inbound: Inbound) => readonly Draft[];

    beforeEach(async () => {
      count += 1;
      heard = [];
      shown = [];
      answer = () => [];
      db = await cloneDatabase(template, `hearing_${count}`);
      const hear = (to: string, _channel: string, { text }: Draft) => void shown.push(`${to}: ${text}`);
      door = await under.open({ clock: () => at, hear, pool: db.pool });
      await connect();
    });
    afterEach(async () => {
      await door.close();
      await db.close();
    });

    async function connect(): Promise<void> {
      const app = await makeApp({
        pool: db.pool,
        library,
        channels: [door.channel],
        clock: () => at,
        log: pino({ level: 'silent' }),
      });
      await door.connect({
        ...app,
        async receive(inbound, exchange) {
          heard.push(inbound);
          const drafts = answer(inbound);
          if (exchange?.bytes !== 0) return { drafts };
          // Nothing can be said in the exchange: the outbox says it.
          const { account, place } = inbound;
          const to: Recipient = place.kind === 'group' ? place : { kind: 'accounts', accounts: [account] };
          for (const draft of drafts)
            for (const body of door.channel.compose(draft, to, heard.length)) await door.channel.send(body);
          return { drafts: [] };
        },
      });
    }

    const say = (text: string, from = 'zhaolei') => door.act(from, { content: { kind: 'text', text } });
    const act = (content: Content, more: Partial<Did> = {}) => door.act('zhaolei', { content, ...more });
    const bodyFor = (text: string) =>
      door.channel.compose({ text }, { kind: 'accounts', accounts: ['zhaolei'] }, count * 100 + shown.length)[0]!;
    const send = (text: string): Promise<Outcome> => door.channel.send(bodyFor(text));
    const only = (): Inbound => {
      expect(heard).toHaveLength(1);
      return heard[0]!;
    };

    test('a message is handed over once, as it was written, with who, where, when and an id', async () => {
      const text = '昨天下午去社区清垃圾两小时 <305> & "旁边" 😀，第二行：\nhttps://example.org/?a=1&b=2';
      await say(text);
      expect(only()).toMatchObject({
        channel: under.channel,
        account: 'zhaolei',
        place: { kind: 'private' },
        content: { kind: 'text', text },
      });
      expect(only().messageId).not.toBe('');
      expect(Math.abs(only().at - at)).toBeLessThan(2000);
    });

    test('two messages have two ids, and the second is not before the first', async () => {
      await say('签到');
      await say('签到');
      const [first, second] = heard;
      expect(heard).toHaveLength(2);
      expect(second!.messageId).not.toBe(first!.messageId);
      expect(second!.at).toBeGreaterThanOrEqual(first!.at);
    });

    test('a message that the platform delivers again has the same id and says the same, also after a restart', async () => {
      await say('已交党费');
      await door.repeat!();
      await door.restart!();
      await connect();
      await door.repeat!();
      // A door may know a repeat by itself; what it hands over is the same message.
      for (const { messageId, account, content } of heard)
        expect({ messageId, account, content }).toEqual({
          messageId: heard[0]!.messageId,
          account: 'zhaolei',
          content: { kind: 'text', text: '已交党费' },
        });
    });

    test('what cannot be stored is taken out, and the rest of the text is there', async () => {
      await say('清\u0000垃圾\ud83d两小时');
      const { content } = only();
      if (content.kind !== 'text') throw new Error(content.kind);
      expect(content.text).not.toContain('\u0000');
      expect(content.text.isWellFormed()).toBe(true);
      expect(content.text.replaceAll('\ufffd', '')).toBe('清垃圾两小时');
    });

    test('a very long text is handed over whole', async () => {
      const text = '学习心得'.repeat(2000);
      await say(text);
      expect(only().content).toEqual({ kind: 'text', text });
    });

    test('words that look like markup, commands or our own data stay words', async () => {
      for (const text of ['<xml><MsgType>event</MsgType></xml>', ']]>', '{"kind":"tap"}', 'a:f:1:yes', '/quit', '&lt;'])
        await say(text);
      expect(heard.map(({ content }) => content)).toEqual(
        ['<xml><MsgType>event</MsgType></xml>', ']]>', '{"kind":"tap"}', 'a:f:1:yes', '/quit', '&lt;'].map((text) => ({
          kind: 'text',
          text,
        })),
      );
    });

    test('somebody nobody knows is handed over like everybody else', async () => {
      await say('您好', 'laozhang');
      expect(only()).toMatchObject({ account: 'laozhang', content: { kind: 'text', text: '您好' } });
    });

    test('in a group: what is said to the bot, without its name, and where', async (context) => {
      if (cannot('group')) {
        await expect(act({ kind: 'text', text: '签到' }, { group: 'b1' })).rejects.toMatchObject({
          code: 'not-allowed',
        });
        return context.skip();
      }
      await act({ kind: 'text', text: '签到' }, { group: 'b1' });
      expect(only()).toMatchObject({
        account: 'zhaolei',
        place: { kind: 'group', group: under.groupOf?.('b1') ?? 'b1' },
        content: { kind: 'text', text: '签到' },
      });
    });

    test('in a group: what is not said to the bot stays among the members', async (context) => {
      if (cannot('group')) return context.skip();
      await door.overhear?.('zhaolei', { content: { kind: 'text', text: '签到' }, group: 'b1', aside: true });
      expect(heard).toEqual([]);
    });

    test('a pressed button brings what we put on it', async (context) => {
      if (cannot('tap')) return context.skip();
      const draft = { text: '对吗？', buttons: [{ label: '对', data: 'a:volunteer-report:1:yes' }] };
      const to = { kind: 'accounts', accounts: ['zhaolei'] } as const;
      for (const body of door.channel.compose(draft, to, 1))
        expect(await door.channel.send(body)).toMatchObject({ kind: 'sent' });
      await act({ kind: 'tap', data: 'a:volunteer-report:1:yes' });
      expect(only()).toMatchObject({ account: 'zhaolei', content: { kind: 'tap', data: 'a:volunteer-report:1:yes' } });
    });

    test.each(['image', 'file', 'video'] as const)(
      'what is sent (%s) can be fetched by its reference',
      async (media) => {
        if (cannot('upload')) return;
        await act({ kind: 'upload', media, ref: `${media}.bin`, name: `${media}.bin` });
        const { content } = only();
        expect(content).toMatchObject({ kind: 'upload', media });
        expect(content.kind === 'upload' && content.ref).not.toBe('');
      },
    );

    test('voice comes with its words where the platform writes them down', async (context) => {
      if (cannot('upload')) return context.skip();
      await act({ kind: 'upload', media: 'voice', ref: 'voice', says: '签到' });
      const { content } = only();
      if (under.writesVoiceDown) expect(content).toMatchObject({ says: '签到' });
      else expect(content.kind).toBe('upload');
    });

    test('opening the chat is handed over as such', async (context) => {
      if (cannot('enter')) return context.skip();
      await act({ kind: 'enter' });
      expect(only()).toMatchObject({ account: 'zhaolei', content: { kind: 'enter' } });
    });

    test('what nobody answers in words is handed over by its type', async (context) => {
      if (cannot('other')) return context.skip();
      await act({ kind: 'other', type: 'location' });
      expect(only()).toMatchObject({ account: 'zhaolei', content: { kind: 'other', type: expect.any(String) } });
    });

    test('it says nothing of its own: without an answer nobody is told anything', async () => {
      await say('签到');
      await say('在吗', 'laozhang');
      if (!cannot('group')) await act({ kind: 'text', text: '签到' }, { group: 'b1' });
      expect(shown).toEqual([]);
    });

    test('the answer goes to whoever asked, where they asked, once', async () => {
      answer = ({ account }) => [{ text: `好的，${account}` }];
      await say('一');
      if (!cannot('group')) await act({ kind: 'text', text: '二' }, { group: 'b1' });
      expect(shown).toEqual(['zhaolei: 好的，zhaolei', ...(cannot('group') ? [] : ['@b1: 好的，zhaolei'])]);
    });

    test('a lost connection is a value while it lasts; afterwards messages go both ways, and nothing is seen twice', async (context) => {
      if (cannot('push')) return context.skip();
      await say('一');
      const body = bodyFor('通知');
      await door.disconnect!();
      const first = await door.channel.send(body);
      expect(['unreachable', 'sent']).toContain(first.kind);
      if (first.kind === 'unreachable') expect((await door.channel.send(body)).kind).toBe('sent');
      expect(shown).toEqual(['zhaolei: 通知']);
      await say('二');
      expect(heard.map(({ content }) => content)).toEqual(['一', '二'].map((text) => ({ kind: 'text', text })));
      expect((await send('还有')).kind).toBe('sent');
    });

    test('after a restart of ours it hears and writes as before', async (context) => {
      await say('一');
      await door.restart!();
      await connect();
      await say('二');
      expect(heard.map(({ content }) => content)).toEqual(['一', '二'].map((text) => ({ kind: 'text', text })));
      if (cannot('push')) return context.skip();
      expect((await send('通知')).kind).toBe('sent');
      expect(shown).toEqual(['zhaolei: 通知']);
    });
  });
}
