// 24 hours of trouble: whatever WeCom does, nothing is lost, nothing is seen twice, and every deed is kept once. Left out is what no sender can tell:
// a push into a group, or through the AI bot, that was taken while its answer was lost (neither has a duplicate check).

import { expect, test } from 'vitest';
import { hour, minute } from '../../src/domain/time.ts';
import type { FaultRequest } from '../../src/rehearsal/fake-wecom/faults.ts';
import { insertOutbox, type OutboxRow } from '../../src/store/outbox-rows.ts';
import { seeded } from '../turn/broken-requests.ts';
import { appPeople, botPeople, dawn, type FaultDay, groups, openFaultDay, until } from './fault-day.ts';

interface Amount {
  readonly talks: number;
  readonly pushes: number;
  readonly troubles: number;
  /** Troubles that take real time: answers that nobody gives, heartbeats that nobody answers. */
  readonly slow: number;
}

const short: Amount = { talks: 40, pushes: 40, troubles: 50, slow: 2 };
const long: Amount = { talks: 300, pushes: 250, troubles: 300, slow: 12 };

const given = process.env.ZHIBU_SEED === undefined ? [] : [Number(process.env.ZHIBU_SEED)];
const seeds = given.length > 0 ? given : [1, 2];

test.each(seeds)('a day with seed %i', { timeout: 300_000 }, (seed) => liveThrough(seed, short));

test.skipIf(process.env.ZHIBU_ALL_TESTS !== '1')(
  'three days more, each as luck will have it',
  { timeout: 1_800_000 },
  async () => {
    const days = given.length > 0 ? given : Array.from({ length: 3 }, () => Math.floor(Math.random() * 2 ** 31));
    for (const seed of days) await liveThrough(seed, long);
  },
);

async function liveThrough(seed: number, amount: Amount): Promise<void> {
  const day = await openFaultDay();
  try {
    const spoken = await liveDay(day, seeded(seed), amount);
    await checkDay(day, spoken);
  } catch (error) {
    (error as Error).message = `ZHIBU_SEED=${seed}: ${(error as Error).message}`;
    throw error;
  } finally {
    await day.close();
  }
}

/** What somebody reported, and so what must be answered and kept once. */
interface Spoken {
  readonly from: string;
  readonly code: string;
  readonly door: 'app' | 'bot';
}

async function liveDay(day: FaultDay, random: () => number, amount: Amount): Promise<Spoken[]> {
  const upTo = (most: number) => Math.floor(random() * most);
  const pick = <T>(list: readonly T[]): T => list[upTo(list.length)]!;
  const spoken: Spoken[] = [];
  let count = 0;
  const nextCode = () => codeOf(count++);

  const talk = async (throughBot = random() < 0.4, onAnswer?: () => void) => {
    const from = pick(throughBot ? botPeople : appPeople);
    const code = nextCode();
    const report = `昨天下午去${code}里清垃圾十分钟`;
    if (throughBot) {
      await day.connected();
      // The connection is lost between the commit and the answer.
      if (!onAnswer && random() < 0.3)
        day.beforeNextAnswer(() => (random() < 0.5 ? lose(day, 'drop') : lose(day, 'kick')));
      onAnswer?.();
      await day.sayToBot(from, report);
      onAnswer?.();
      await day.sayToBot(from, '对');
    } else {
      const mishaps = () => ({ unheard: upTo(3), again: upTo(3) });
      expect((await day.wecom.say({ from, text: report, ...mishaps() })).broken).toBeUndefined();
      expect((await day.wecom.say({ from, text: '对', ...mishaps() })).broken).toBeUndefined();
      await day.settle();
    }
    spoken.push({ from, code, door: throughBot ? 'bot' : 'app' });
  };

  const push = async () => {
    const code = nextCode();
    const row: OutboxRow = {
      channel: 'wecom',
      kind: pick(['notice', 'notice', 'urgent', 'reply', 'broadcast'] as const),
      unit: 'b1',
      members: [],
      accounts: [],
      group: null,
      draft: { text: `通知${code}：明天的活动改到上午十点。${`请相互转告${code}。`.repeat(pick([0, 1, 100]))}` },
      dueAt: day.now(),
      expiresAt: null,
      duty: null,
      record: null,
    };
    const to = pick(['one', 'one', 'all', 'bot', 'bot', ...(Object.keys(groups) as (keyof typeof groups)[])] as const);
    const place = (people: readonly string[]) => ({ members: people, accounts: people });
    const rows: Record<typeof to, Partial<OutboxRow>> = {
      one: place([pick(appPeople)]),
      all: place(appPeople),
      bot: { channel: 'wecom-bot', ...place([pick(botPeople)]) },
      webhook: { channel: 'webhook', group: groups.webhook },
      wecom: { group: groups.wecom },
      'wecom-bot': { channel: 'wecom-bot', group: groups['wecom-bot'] },
    };
    await insertOutbox(day.db.pool, [{ ...row, ...rows[to] }], day.now());
    await day.settle();
  };

  const trouble = async () => {
    const times = 1 + upTo(4);
    const seconds = pick([20, 60, 300, 1500]);
    const groupApi = pick(['appchat/send', 'webhook/send'] as const);
    const faults: (() => void | Promise<void>)[] = [
      () => day.wecom.expireTokens(),
      () => day.wecom.corruptTokens(),
      () => day.wecom.fault({ api: 'message/send', code: 45009, seconds: 60 }),
      () => day.wecom.fault({ api: groupApi, code: 45009, seconds: 60 }),
      () => day.wecom.fault({ api: 'message/send', code: 45033, times }),
      () => day.wecom.fault({ api: '*', code: -1, times }),
      () => day.wecom.fault({ api: pick(['message/send', 'gettoken', groupApi]), code: 60020, seconds }),
      () =>
        day.wecom.fault({
          api: 'gettoken',
          ...pick<FaultRequest>([{ code: -1 }, { body: 'half' }, { status: 502 }]),
          times,
        }),
      () => day.wecom.fault({ api: '*', status: pick([500, 502, 504]), times }),
      () => day.wecom.fault({ api: '*', body: 'html', times }),
      () => day.wecom.fault({ api: '*', reset: 'before', times }),
      // What is done though nobody is told so: only where a repeat can be told from a new message.
      () => day.wecom.fault({ api: 'message/send', body: pick(['half', 'tls'] as const), times }),
      () => day.wecom.fault({ api: 'message/send', reset: 'after', times }),
      () => {
        // The beginning of an outage: the last calls were taken, then nothing answers.
        day.wecom.fault({ api: 'message/send', reset: 'after', times });
        day.wecom.fault({ api: 'message/send', status: 504, seconds });
      },
      () => lose(day, 'drop'),
      () => lose(day, 'kick'),
      () => day.wecom.bot!.forget(),
      () => {
        day.wecom.bot!.faults.silentSubscribes += 1;
        return lose(day, 'drop');
      },
      () => void day.wecom.bot!.faults.refusals.push(...Array(times).fill(pick([846601, 846602, -1, 45009, 846609]))),
    ];
    await pick(faults)();
  };

  const slow = async () => {
    const which = random();
    if (which < 0.3) return lostPongs(day);
    // An answer in its exchange may be said again, whether it was lost or only its acknowledgement was.
    if (which < 0.6) {
      const { faults } = day.wecom.bot!;
      faults.refusals = [];
      await talk(true, () => {
        faults[pick(['droppedAcks', 'lostFrames'] as const)] = 1;
      });
      Object.assign(faults, { droppedAcks: 0, lostFrames: 0 });
      return;
    }
    day.wecom.fault({
      api: 'message/send',
      ...pick<FaultRequest>([{ body: 'slow' }, { silence: 'after' }, { silence: 'before' }, { delayMs: 20_000 }]),
    });
    await push();
  };

  const events = [
    ...Array(amount.talks).fill(() => talk()),
    ...Array(amount.pushes).fill(push),
    ...Array(amount.troubles).fill(trouble),
    ...Array(amount.slow).fill(slow),
  ].map((run: () => Promise<void>) => ({ at: dawn + upTo(24 * hour), run }));
  // Trouble likes company: what happens comes in clusters of a few minutes.
  for (const event of events) if (random() < 0.5) event.at = pick(events).at + upTo(5 * minute);
  events.sort((one, other) => one.at - other.at);
  for (const { at, run } of events) {
    await day.moveTo(at);
    await run();
  }
  // Afterwards the platform is well, and the day after is calm.
  day.wecom.clearFaults();
  Object.assign(day.wecom.bot!.faults, {
    refusals: [],
    silentSubscribes: 0,
    droppedAcks: 0,
    lostFrames: 0,
    deaf: false,
  });
  await day.moveTo(dawn + 24 * hour);
  await day.connected();
  await day.moveTo(dawn + 36 * hour);
  return spoken;
}

async function lose({ wecom, connection }: FaultDay, how: 'drop' | 'kick'): Promise<void> {
  if (!connection.isReady()) return;
  // Nobody is kicked whom WeCom has forgotten.
  wecom.bot![wecom.bot!.isSubscribed() ? how : 'drop']();
  await until(() => !connection.isReady());
}

/** Two heartbeats that nobody answers end the connection. */
async function lostPongs(day: FaultDay): Promise<void> {
  await day.connected();
  const { faults } = day.wecom.bot!;
  faults.deaf = true;
  await until(() => !day.connection.isReady());
  faults.deaf = false;
}

/** Numbers in signs that no grammar reads as numbers. */
function codeOf(n: number): string {
  return `东${[...String(n)].map((digit) => '甲丙丁戊庚辛癸寅辰巳'[Number(digit)]).join('')}西`;
}

interface Row {
  readonly id: number;
  readonly channel: keyof typeof groups;
  readonly status: number;
  readonly outcome: string | null;
  readonly accounts: string[];
  readonly group: string | null;
  readonly wire: string[] | null;
}

async function checkDay({ db, wecom, warnings }: FaultDay, spoken: readonly Spoken[]): Promise<void> {
  const { rows } = await db.pool.query<Row>(
    'select id, channel, status, outcome, accounts, to_group as "group", wire from outbox order by id',
  );
  // Nothing is lost: every row went out.
  const about = (row: Row) => warnings.filter((line) => JSON.parse(line).id === row.id);
  expect(rows.filter(({ status }) => status !== 2).map((row) => ({ ...row, log: about(row) }))).toEqual([]);
  // Nothing is seen twice: each part of each row stands once wherever it was to stand, and nothing else stands there.
  const bot = wecom.bot!;
  const wrong: string[] = [];
  let visible = 0;
  for (const { id, channel, accounts, group, wire } of rows)
    for (const [part, body] of wire!.entries())
      for (const place of group === null ? accounts : [group]) {
        const count = seen(channel, group !== null, place, body);
        visible += count;
        if (count !== 1) wrong.push(`row ${id}.${part} through ${channel} to ${place}: ${count} times`);
      }
  expect(wrong).toEqual([]);

  function seen(channel: Row['channel'], isGroup: boolean, place: string, body: string): number {
    if (channel === 'wecom-bot')
      return bot.inbox(place).filter(({ how, raw }) => how === 'push' && JSON.stringify(raw) === body).length;
    if (channel === 'webhook') {
      const raw = JSON.stringify((JSON.parse(body) as { message: object }).message);
      return wecom.groupInbox(place).filter((one) => one.raw === raw).length;
    }
    return (isGroup ? wecom.groupInbox(place) : wecom.inbox(place)).filter((one) => one.raw === body).length;
  }

  const pushed = [
    ...wecom.inbox().filter(({ msgid }) => msgid !== undefined),
    ...wecom.groupInbox(groups.webhook),
    ...wecom.groupInbox(groups.wecom),
    ...bot.inbox().filter(({ how }) => how === 'push'),
  ];
  expect(pushed).toHaveLength(visible);

  // Each report was asked about once and thanked for once, and is kept once.
  const textsTo = ({ from, door }: Spoken) =>
    (door === 'bot' ? bot.inbox(from) : wecom.inbox(from)).map(({ text }) => text);
  for (const one of spoken)
    expect([one, textsTo(one).filter((text) => text.includes(`${one.code}里清垃圾`)).length]).toEqual([one, 1]);
  for (const person of [...appPeople, ...botPeople]) {
    const own = spoken.filter(({ from }) => from === person);
    const thanks = [...wecom.inbox(person), ...bot.inbox(person)].filter(({ text }) => text.includes('记下了'));
    expect([person, thanks.length]).toEqual([person, own.length]);
  }
  const { rows: facts } = await db.pool.query<{ member: string; what: string }>(
    `select member, data->>'what' as what from fact where kind = 'volunteer_service'`,
  );
  const kept = facts.map(({ member, what }) => `${member} ${what}`).toSorted();
  expect(kept).toEqual(spoken.map(({ from, code }) => `${from} 去${code}里清垃圾`).toSorted());
  expect((await db.pool.query(`select from audit where action = 'turn-failed'`)).rowCount).toBe(0);
  expect((await db.pool.query('select from bot_inbox')).rowCount).toBe(0);
  expect(warnings.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
}
