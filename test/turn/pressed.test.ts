// Presses on cards, from WeCom's event to what the card shows afterwards: real callback, real turn, real database, the fake WeCom at both ends.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buttonUntil } from '../../src/dialogue/buttons.ts';
import type { Draft } from '../../src/domain/message.ts';
import { type FakeWecom, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import type { Database } from '../../src/store/database.ts';
import { insertOutbox } from '../../src/store/outbox-rows.ts';
import { facts, monday, openPeople, openService, rowCounts, type Service } from './service.ts';

const hour = 3_600_000;

let db: Database;
let wecom: FakeWecom;
let service: Service;
beforeAll(async () => {
  db = await openPeople(3);
  wecom = await startFakeWecom({ now: () => service?.now ?? monday });
  service = await openService({ db, wecom });
});
afterAll(async () => {
  await service.close();
  await wecom.close();
  await db.close();
});
beforeEach(async () => {
  service.now = monday;
  wecom.setCallback(service.url);
  await db.pool.query('truncate inbound, session, session_end, fact, outbox, undelivered, audit, task');
  await db.pool.query(`update duty set state = 'open'`);
  sent += 1;
});

const notice: Draft = {
  title: '主题党日',
  text: '今天09:00主题党日。',
  buttons: ['签到', '请假'].map((label) => ({ label, data: buttonUntil(monday + 6 * hour, label) })),
};

/** Serials begin again with each test, and a task_id may be used once for ever. */
let sent = 0;

async function push(draft: Draft = { ...notice, text: `${notice.text}${sent}` }): Promise<void> {
  const row = { channel: 'wecom', kind: 'urgent', unit: 'b1', members: ['m1'], accounts: ['m1'], group: null } as const;
  await insertOutbox(
    db.pool,
    [{ ...row, draft, dueAt: service.now, expiresAt: null, duty: null, record: null }],
    service.now,
  );
  await service.deliver();
}

const tap = (label: string, more: object = {}) => wecom.tap({ user: 'm1', label, ...more });
const heard = () => wecom.inbox('m1').length;
const said = (from: number) =>
  wecom
    .inbox('m1')
    .slice(from)
    .map(({ text }) => text);
const shown = () => {
  const changed = wecom.cards().at(-1)!.changed.get('m1');
  return changed && 'button' in changed ? changed.button : changed;
};

describe('a pressed card', () => {
  test('shows what was pressed, for the presser, and it is done', async () => {
    await push();
    expect(await tap('签到')).toMatchObject({ status: 200, deliveries: 1, updated: '签到 ✓' });
    expect(await facts(db)).toEqual(['m1 signed_in']);
    expect([...wecom.cards().at(-1)!.changed.keys()]).toEqual(['m1']);
  });

  test('that opens a question shows the choice, and the question is a card of its own', async () => {
    await push();
    await tap('请假');
    expect(shown()).toBe('请假 ✓');
    await service.deliver();
    expect(wecom.inbox('m1').at(-1)).toMatchObject({ msgtype: 'template_card' });
    await tap('生病');
    expect([shown(), await facts(db)]).toEqual(['生病 ✓', ['m1 leave']]);
  });

  test('that changed nothing says so plainly', async () => {
    await push();
    await service.say({ from: 'm1', text: '签到' });
    expect(await tap('签到')).toMatchObject({ updated: '已选：签到' });
    expect(await facts(db)).toEqual(['m1 signed_in']);
  });

  test('pressed twice in a row is pressed once, without another word', async () => {
    await push();
    const before = heard();
    await tap('请假', { twice: true });
    expect(shown()).toBe('请假 ✓');
    await service.deliver();
    expect(said(before)).toHaveLength(1);
    service.now += 1000;
    expect(await tap('请假')).toMatchObject({ updated: '请假 ✓' });
    await service.deliver();
    expect(said(before)).toHaveLength(1);
    expect(service.log).toEqual([]);
  });

  test('pressed again later is a press of its own', async () => {
    await push();
    await tap('请假');
    await service.deliver();
    const before = heard();
    service.now += 60_000;
    await tap('请假');
    await service.deliver();
    expect(said(before)).toHaveLength(1);
  });

  test('whose question is over is out of date: a kind word, and nothing changes', async () => {
    await push();
    await tap('请假');
    await service.deliver();
    await service.say({ from: 'm1', text: '取消' });
    const before = heard();
    expect(await tap('生病')).toMatchObject({ updated: '已过时' });
    await service.deliver();
    expect(said(before).join()).toContain('没有改动');
    expect(await facts(db)).toEqual([]);
  });

  test('whose matter is over is out of date: it does not mean the next one', async () => {
    await push();
    service.now += 6 * hour;
    expect(await tap('请假')).toMatchObject({ updated: '已过时' });
    expect(await rowCounts(db)).toMatchObject({ session: 1, fact: 0 });
    expect(await facts(db)).toEqual([]);
  });

  test('whose message is no longer kept is still shown as pressed', async () => {
    await push();
    await db.pool.query('truncate outbox, undelivered');
    expect(await tap('签到')).toMatchObject({ updated: '已选好' });
  });
});

describe('a press that is answered too late', () => {
  const late = async (work: () => Promise<void>) => {
    const slow = await openService({ db, wecom, patience: 0 });
    wecom.setCallback(slow.url);
    try {
      await work();
    } finally {
      await slow.close();
      wecom.setCallback(service.url);
    }
  };
  const noted = async () => (await db.pool.query(`select status, outcome from task where kind = 'change-card'`)).rows;

  /** The exchange is over before the turn is; what is to be changed is noted behind it. */
  async function pressLate(): Promise<void> {
    await push();
    await late(async () => {
      expect(await tap('签到')).toEqual({ status: 200, deliveries: 1 });
      while ((await noted()).length === 0) await new Promise((resolve) => setImmediate(resolve));
    });
  }

  test('still changes the card, by a task', async () => {
    await pressLate();
    expect(shown()).toBeUndefined();
    await service.deliver();
    expect([shown(), await facts(db)]).toEqual(['签到 ✓', ['m1 signed_in']]);
    expect(await noted()).toEqual([{ status: 2, outcome: 'done' }]);
  });

  test('leaves it as it is after 72 hours', async () => {
    await pressLate();
    service.now += 72 * hour;
    await service.deliver();
    expect([shown(), await noted()]).toEqual([undefined, [{ status: 2, outcome: 'too late' }]]);
  });

  test('gives in where WeCom takes the code no more', async () => {
    await pressLate();
    wecom.fault({ api: 'message/update_template_card', code: 60140 });
    await service.deliver();
    expect(await noted()).toEqual([{ status: 2, outcome: expect.stringContaining('60140') }]);
  });

  test('tries again while WeCom does not answer', async () => {
    await pressLate();
    wecom.fault({ api: 'message/update_template_card', status: 502 });
    await service.deliver();
    expect([shown(), await noted()]).toEqual([undefined, [{ status: 0, outcome: 'later' }]]);
    service.now += 61_000;
    await service.deliver();
    expect(shown()).toBe('签到 ✓');
  });
});
