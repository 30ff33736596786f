import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { instantOf } from '../../src/domain/time.ts';
import { home, loadLibrary } from '../../src/library/library.ts';
import { simulatorDoor } from '../../src/rehearsal/doors.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import type { World } from '../../src/rehearsal/world.ts';
import { openWorld } from '../../src/rehearsal/world.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { viewNames } from '../../src/store/views/index.ts';
import { calendarFeeds } from '../../src/web/calendar.ts';
import { makeServer } from '../../src/web/server.ts';

let db: Database;
let world: World;
let server: FastifyInstance;

beforeEach(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await fillOrganisation(db.pool, path.join(home, 'test/fixtures/orgs/small.yaml'));
  const library = loadLibrary(viewNames, { sample: true });
  world = await openWorld({ db, library, at: instantOf('2027-01-11', '10:00'), openDoor: simulatorDoor });
  server = await makeServer({
    pool: db.pool,
    log: pino({ level: 'silent' }),
    open: async (http) =>
      void (await http.register(calendarFeeds, {
        pool: db.pool,
        library,
        units: world.app.units,
        now: () => world.now(),
      })),
  });
});
afterEach(async () => {
  await server.close();
  await world.close();
  await db.close();
});

const say = (member: string, text: string) => world.act(member, { content: { kind: 'text', text } });
const heard = (member: string) => world.heard.findLast(({ to }) => to === member)?.draft.text ?? '';

async function addresses(member: string): Promise<[string, string]> {
  await say(member, '日历');
  return [...heard(member).matchAll(/\/calendar\/\S+\.ics/g)].map(([url]) => url) as [string, string];
}

async function read(url: string): Promise<Readonly<Record<string, string>>[]> {
  const answer = await server.inject(url);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8');
  return parse(answer.body);
}

const convened = async (text: string) => {
  await say('wangfang', text);
  await say('wangfang', '没有');
  await say('wangfang', '对');
};

test("the branch's feed holds its theme days and meetings and no name; a member's feed holds only that member's", async () => {
  await convened('1月20日下午3点在二楼会议室开支委会');
  const [own, branch] = await addresses('zhaolei');
  const events = await read(branch);
  const committee = events.find(({ SUMMARY }) => SUMMARY === '支委会会议')!;
  // 15:00 in Shanghai.
  expect(committee).toMatchObject({ DTSTART: '20270120T070000Z', LOCATION: '二楼会议室', STATUS: 'CONFIRMED' });
  const themeDays = events.filter(({ SUMMARY }) => SUMMARY === '主题党日');
  expect(themeDays.length).toBeGreaterThanOrEqual(12);
  // The 7th of March 2027 is a Sunday.
  expect(themeDays.map(({ DTSTART }) => DTSTART)).toContain('20270308T010000Z');
  expect(JSON.stringify(events)).not.toMatch(/王芳|赵磊|李洁|孙波|钱多/);
  const mine = await read(own);
  expect(mine.map(({ SUMMARY }) => SUMMARY)).not.toContain('支委会会议');
  expect(mine.map(({ SUMMARY }) => SUMMARY)).toContain('主题党日');
});

test('an event keeps its number when it moves or is called off, and counts its changes', async () => {
  await convened('1月20日下午3点在二楼会议室开党员大会');
  const [own] = await addresses('lijie');
  const find = async () => (await read(own)).find(({ SUMMARY }) => SUMMARY === '党员大会')!;
  const before = await find();
  expect(before).toMatchObject({ SEQUENCE: '0', STATUS: 'CONFIRMED' });
  expect(await find()).toEqual(before);
  await db.pool.query(
    `update duty set starts_at = starts_at + interval '1 hour' where id like 'meeting.general-meeting/b1/%'`,
  );
  const moved = await find();
  expect(moved).toMatchObject({ UID: before.UID, SEQUENCE: '1', DTSTART: '20270120T080000Z' });
  await say('wangfang', '取消会议');
  await say('wangfang', '对');
  expect(await find()).toMatchObject({ UID: before.UID, SEQUENCE: '2', STATUS: 'CANCELLED' });
  await db.pool.query(`delete from duty where id like 'meeting.general-meeting/b1/%'`);
  expect((await read((await addresses('lijie'))[1])).find(({ UID }) => UID === before.UID)).toMatchObject({
    SEQUENCE: '2',
    STATUS: 'CANCELLED',
  });
});

test('a theme day that is raised later keeps the number it had as a rule', async () => {
  const [, branch] = await addresses('wangfang');
  const march = async () => (await read(branch)).find(({ DTSTART }) => DTSTART?.startsWith('202703'))!;
  const before = await march();
  await world.moveTo(instantOf('2027-02-01', '10:00'));
  const raised = await march();
  expect(raised).toEqual(before);
});

test('a new address ends the old one; guesses and those who left get nothing', async () => {
  const [own, branch] = await addresses('zhaolei');
  await say('zhaolei', '换日历地址');
  const renewed = /\/calendar\/\S+\.ics/.exec(heard('zhaolei'))![0];
  expect(renewed).not.toBe(own);
  expect((await server.inject(own)).statusCode).toBe(404);
  expect((await server.inject(branch)).statusCode).toBe(200);
  expect((await server.inject(renewed)).statusCode).toBe(200);
  for (const guess of ['/calendar/b1.ics', '/calendar/.ics', `/calendar/${'A'.repeat(43)}.ics`, '/calendar/..%2f'])
    expect((await server.inject(guess)).statusCode).toBe(404);
  await db.pool.query(`update member set left_at = now() where id = 'zhaolei'`);
  expect((await server.inject(renewed)).statusCode).toBe(404);
});

/** RFC 5545 as far as it goes here: lines of at most 75 bytes, unfolded, then events as name → value. */
function parse(text: string): Readonly<Record<string, string>>[] {
  expect(text.endsWith('\r\n')).toBe(true);
  const folded = text.split('\r\n').slice(0, -1);
  for (const line of folded) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  const lines = folded
    .join('\r\n')
    .replaceAll(/\r\n[ \t]/g, '')
    .split('\r\n');
  expect(lines[0]).toBe('BEGIN:VCALENDAR');
  expect(lines.at(-1)).toBe('END:VCALENDAR');
  expect(lines).toContain('VERSION:2.0');
  const events: Record<string, string>[] = [];
  for (const line of lines) {
    const parts = /^([A-Z-]+)((?:;[A-Z-]+=[^;:]+)*):(.*)$/.exec(line);
    expect(parts, line).not.toBeNull();
    const [, name, parameters, value] = parts!;
    if (line === 'BEGIN:VEVENT') events.push({});
    else if (events.length > 0 && !line.startsWith('END:')) {
      // A time with a zone beside it would need a VTIMEZONE.
      expect(parameters).toBe('');
      events.at(-1)![name!] = value!.replaceAll(/\\([,;\\])/g, '$1');
    }
  }
  for (const event of events) expect(Object.keys(event)).toEqual(expect.arrayContaining(['UID', 'DTSTAMP', 'DTSTART']));
  return events;
}
