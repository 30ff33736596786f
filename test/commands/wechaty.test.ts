import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type App, makeApp } from '../../src/app.ts';
import { simulatorChannel } from '../../src/channels/simulator.ts';
import { loginTeller } from '../../src/commands/wechaty.ts';
import { hour, minute } from '../../src/domain/time.ts';
import { home, loadLibrary } from '../../src/library/library.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { doorState } from '../../src/store/door-state.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { viewNames } from '../../src/store/views/index.ts';

const start = Date.parse('2026-12-05T10:00:00+08:00');
const log = pino({ level: 'silent' });
let db: Database;
let app: App;
let now = start;
let printed: string[];
let teller: ReturnType<typeof loginTeller>;

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await fillOrganisation(db.pool, `${home}/test/fixtures/orgs/small.yaml`);
  await db.pool.query(`insert into account (channel, account, member) select 'simulator', id, id from member`);
  await db.pool.query(`update member set roles = roles || '{operator}' where id = 'lijie'`);
  app = await makeApp({
    pool: db.pool,
    library: loadLibrary(viewNames, { sample: true }),
    channels: [simulatorChannel({ deliver: async () => [] })],
    clock: () => now,
    log,
  });
});
afterAll(() => db.close());
beforeEach(async () => {
  now = start;
  printed = [];
  await db.pool.query('delete from door_state');
  await db.pool.query('delete from outbox');
  vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(String(line)));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  teller = loginTeller(app, db, log);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await teller.stop();
});

/** How many operators were told, once everything that was begun is done. */
async function told(): Promise<number> {
  await teller.stop();
  const { rows } = await db.pool.query<{ count: number }>('select count(*)::int as count from outbox');
  return rows[0]!.count;
}

const code = { state: 'waiting-for-scan', qr: 'https://login.weixin.qq.com/l/x', qrUntil: start + 5 * minute } as const;

test('a code to scan is drawn in the terminal once, and lies ready for the console until it expires', async () => {
  teller.tell({ state: 'starting' });
  teller.tell({ ...code, note: null });
  teller.tell({ ...code, note: '已经扫了，请在手机上点确认' });
  await teller.stop();
  expect(printed).toHaveLength(1);
  expect(printed[0]).toMatch(/扫一扫[\s\S]*[█▀▄]{5}/);
  expect(await doorState(db.pool, 'wechaty', start)).toMatchObject({
    state: 'waiting-for-scan',
    qr: code.qr,
    note: '已经扫了，请在手机上点确认',
    since: start,
  });
  expect(await doorState(db.pool, 'wechaty', start + 5 * minute)).toMatchObject({ qr: null, qrUntil: null });
});

test('a login that comes back by itself is nobody’s trouble', async () => {
  teller.tell({ state: 'lost', note: '断了' });
  vi.advanceTimersByTime(4 * minute);
  teller.tell({ state: 'open' });
  vi.advanceTimersByTime(hour);
  expect(await told()).toBe(0);
});

test('a login that stays lost is told to the operators, and not again for hours', async () => {
  teller.tell({ state: 'lost', note: '断了' });
  vi.advanceTimersByTime(minute);
  teller.tell({ ...code });
  vi.advanceTimersByTime(4 * minute);
  teller.tell({ state: 'lost', note: '断了' });
  vi.advanceTimersByTime(5 * hour);
  expect(await told()).toBe(1);
});

test('missing packages are named once and keep nobody awake', async () => {
  teller.tell({ state: 'missing' });
  vi.advanceTimersByTime(24 * hour);
  expect(printed).toEqual(['没有装 wechaty，请运行 npm run add-wechaty']);
  expect(await told()).toBe(0);
});

test('while it stands as it stood it says so, so that a dead process shows', async () => {
  teller.tell({ state: 'open' });
  now = start + 2 * minute;
  vi.advanceTimersByTime(2 * minute);
  await teller.stop();
  expect(await doorState(db.pool, 'wechaty', now)).toMatchObject({ state: 'open', since: start, seenAt: now });
});
