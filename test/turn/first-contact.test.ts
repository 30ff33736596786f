import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadLibrary } from '../../src/library/library.ts';
import { type FakeWecom, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import type { Database } from '../../src/store/database.ts';
import { viewNames } from '../../src/store/views/index.ts';
import { facts, monday, openPeople, openService, rowCounts, type Service } from './service.ts';

let db: Database;
let wecom: FakeWecom;
let service: Service;
beforeAll(async () => {
  db = await openPeople(12);
  wecom = await startFakeWecom({ now: () => service.now });
  service = await openService({ db, wecom });
});
afterAll(async () => {
  await service.close();
  await wecom.close();
  await db.close();
});
/** Everything that was said is forgotten; nobody has been noticed, or everybody has. */
async function begin(noticed: boolean): Promise<void> {
  await db.pool.query(
    'truncate inbound, session, session_end, fact, outbox, undelivered, audit, platform_count, record, task, content_release',
  );
  await db.pool.query(
    `update member set left_at = null, reminders = default, noticed_at = case when $1 then '2020-01-01'::timestamptz end`,
    [noticed],
  );
  await db.pool.query(`update duty set state = 'open', state_at = null, acknowledged_at = null`);
}
beforeEach(async () => {
  service.now = monday;
  await begin(false);
});

const notice = /您好。我是“支部通”/;
const stranger = '您好，这里暂时没有您的资料，请联系您所在的党组织添加。';

describe('the first contact', () => {
  test('stands before the answer in the same text, and comes once', async () => {
    const { said } = await service.say({ from: 'm1', text: '签到' });
    expect(said).toMatch(/党员1同志，您好。我是“支部通”[\s\S]*已签到/);
    expect(await facts(db)).toEqual(['m1 signed_in']);
    expect((await service.say({ from: 'm1', text: '签到' })).said).not.toMatch(notice);
    expect(await rowCounts(db)).toMatchObject({ outbox: 0 });
  });

  test('also when two messages arrive together', async () => {
    const answers = await Promise.all([
      service.say({ from: 'm2', text: '昨天下午去社区清垃圾两小时' }),
      service.say({ from: 'm2', text: '对', after: 1 }),
    ]);
    expect(answers.filter(({ said }) => notice.test(said))).toHaveLength(1);
    expect(answers[0]!.said).toContain('对吗');
    expect(answers[1]!.said).toContain('记下');
  });

  test('also when it is an event: who opens the chat is greeted once', async () => {
    const enter = { from: 'm3', fields: { MsgType: 'event', Event: 'enter_agent' } };
    expect((await service.say(enter)).said).toMatch(notice);
    expect((await service.say({ from: 'm3', text: '签到' })).said).not.toMatch(notice);
  });

  test('follows through the outbox when a card was pressed, which takes no words', async () => {
    const card = { MsgType: 'event', Event: 'template_card_event', EventKey: 'start:sign-in', TaskId: '1' };
    expect(await service.say({ from: 'm4', fields: card })).toEqual({ status: 200, said: '' });
    await service.deliver();
    expect(
      wecom
        .inbox('m4')
        .map(({ text }) => text)
        .join('\n'),
    ).toMatch(notice);
  });

  const { flows } = loadLibrary(viewNames, { sample: true });
  const words = [...flows.newest.values()].flatMap((flow) => flow.start.words.slice(0, 1));
  test.each(words)('does not push the answer to %j out of the exchange', async (text) => {
    await db.pool.query(
      `update member set roles = '{secretary,broadcaster}', tags = '{retired,elderly}', name = '欧阳娜娜' where id = 'm5'`,
    );
    const before = wecom.inbox('m5').length;
    const first = await service.say({ from: 'm5', text });
    await service.deliver();
    const behind = wecom
      .inbox('m5')
      .slice(before)
      .map((message) => message.text);
    await begin(true);
    const second = await service.say({ from: 'm5', text });
    expect(second.said).not.toMatch(notice);
    expect(second.said).not.toBe('');
    // What is said with the notice is what is said without it; where there is no room for both, the notice follows.
    expect(first.said).toContain(second.said);
    expect([first.said, ...behind].filter((one) => notice.test(one))).toHaveLength(1);
  });

  test('follows an answer that leaves it no room', async () => {
    const words = await service.say({ from: 'm1', text: '帮助' });
    expect(Buffer.byteLength(words.said)).toBeGreaterThan(1000);
    await db.pool.query(`update member set name = repeat('长', 400), noticed_at = null where id = 'm1'`);
    expect((await service.say({ from: 'm1', text: '帮助' })).said).not.toMatch(/同志/);
    await service.deliver();
    expect(wecom.inbox('m1').at(-1)!.text).toMatch(notice);
    await db.pool.query(`update member set name = '党员1' where id = 'm1'`);
  });
});

test('an answer too long for the exchange begins in it and goes on through the outbox', async () => {
  await begin(true);
  const facts = `insert into fact (kind, unit, member, on_day, data, at)
    select 'volunteer_service', 'b1', 'm12', '2026-11-01', json_build_object('hours', 2, 'what', '去社区' || repeat('好', 90)), now()
    from generate_series(1, 20)`;
  await db.pool.query(facts);
  const { said } = await service.say({ from: 'm12', text: '我的' });
  expect(Buffer.byteLength(said)).toBeGreaterThan(1000);
  expect(Buffer.byteLength(said)).toBeLessThanOrEqual(2048);
  await service.deliver();
  const rest = wecom.inbox('m12').map(({ text }) => text);
  expect(rest.length).toBeGreaterThan(0);
  const whole = [said, ...rest].join('');
  expect(whole.match(/去社区/g)).toHaveLength(20);
});

describe('who is not known', () => {
  test('gets one neutral sentence, and no row but that of the message', async () => {
    const before = await rowCounts(db);
    for (const text of ['签到', '昨天下午去社区清垃圾两小时', '投诉 某某', 'm1'])
      expect(await service.say({ from: 'someone', text })).toEqual({ status: 200, said: stranger });
    expect(await rowCounts(db)).toEqual({ ...before, inbound: 4 });
    const { rows } = await db.pool.query('select distinct member, intent from inbound');
    expect(rows).toEqual([{ member: null, intent: 'stranger' }]);
  });

  test('opens the chat, is changed in the contacts or sends what nobody answers: hears nothing', async () => {
    for (const Event of ['enter_agent', 'change_contact', 'LOCATION', 'unheard_of'])
      expect(await service.say({ from: 'someone', fields: { MsgType: 'event', Event } })).toEqual({
        status: 200,
        said: '',
      });
    expect(await rowCounts(db)).toMatchObject({ outbox: 0, session: 0, inbound: 4 });
  });

  test('a member who left is one of them, and again a member after coming back', async () => {
    await db.pool.query(`update member set left_at = '2026-12-01' where id = 'm6'`);
    expect(await service.say({ from: 'm6', text: '签到' })).toEqual({ status: 200, said: stranger });
    expect(await facts(db)).toEqual([]);
    await db.pool.query(`update member set left_at = null where id = 'm6'`);
    expect((await service.say({ from: 'm6', text: '签到' })).said).toContain('已签到');
  });
});

describe('accounts', () => {
  test('in other letters are the same member, also at the same moment', async () => {
    const answers = await Promise.all(
      ['m7', 'M7'].map((from, after) =>
        service.say({ from, text: ['昨天下午去社区清垃圾两小时', '对'][after]!, after }),
      ),
    );
    expect(answers[0]!.said).toContain('对吗');
    expect(answers[1]!.said).toContain('记下');
    expect(await facts(db)).toEqual(['m7 volunteer_service']);
  });

  test('of digits alone keep their leading zeros', async () => {
    await db.pool.query(`update account set account = '007' where member = 'm8'`);
    await db.pool.query(`update account set account = '7' where member = 'm9'`);
    await service.say({ from: '007', text: '签到' });
    await service.say({ from: '7', text: '昨天下午去社区清垃圾两小时' });
    await service.say({ from: '7', text: '对' });
    expect(await service.say({ from: '07', text: '签到' })).toEqual({ status: 200, said: stranger });
    expect(await facts(db)).toEqual(['m8 signed_in', 'm9 volunteer_service']);
  });
});

test('two message ids that are one and the same as a double are two messages', async () => {
  await begin(true);
  const ids = ['7301234567890123457', '7301234567890123456'];
  expect(Number(ids[0])).toBe(Number(ids[1]));
  const answers = await Promise.all(ids.map((id) => service.say({ from: 'm10', text: '签到', id })));
  expect(answers.map(({ said }) => said).sort()).toEqual([
    expect.stringContaining('已经签过'),
    expect.stringContaining('已签到'),
  ]);
  expect(await rowCounts(db)).toMatchObject({ inbound: 2, fact: 1 });
});

test('three thousand messages of one person in a burst: each is answered, and the conversation is right', {
  timeout: 120_000,
}, async () => {
  await service.say({ from: 'm11', text: '签到' });
  const cycle = ['建议', '多放几把椅子', '报服务', '去社区帮忙', '取消'];
  const wanted = [/请说/, /记下/, /做了什么/, /哪一天/, /不办了/];
  const answers: { status: number; said: string }[] = [];
  // Sent over a hundred connections, as fast as they go; the platform's time orders them.
  let next = 0;
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      for (let n = next++; n < 3000; n = next++)
        answers[n] = await service.say({ from: 'm11', text: cycle[n % 5]!, after: 1 + Math.floor(n / 100) });
    }),
  );
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(answers.filter(({ said }, n) => !wanted[n % 5]!.test(said))).toEqual([]);
  expect(await facts(db)).toHaveLength(601);
  expect(await rowCounts(db)).toMatchObject({ inbound: 3001, outbox: 0 });
  const { rows } = await db.pool.query(
    `select json_array_length(state->'stack') as open from session where member = 'm11'`,
  );
  expect(rows).toEqual([{ open: 0 }]);
});
