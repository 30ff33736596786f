// Opening the app's chat, as WeCom tells of it: on every entry, without an id, several times within a second.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayLength, hour, minute } from '../../src/domain/time.ts';
import type { Database } from '../../src/store/database.ts';
import { monday, openPeople, openService, type Service } from './service.ts';

let db: Database;
let service: Service;
beforeAll(async () => {
  db = await openPeople(3);
  service = await openService({ db });
});
afterAll(async () => {
  await service.close();
  await db.close();
});

const enters = (from: string, after = 0) =>
  service.say({ from, after, fields: { MsgType: 'event', Event: 'enter_agent' } }).then(({ said }) => said);

test('somebody new gets the notice once, also when two entries come a second apart', async () => {
  await db.pool.query(`update member set noticed_at = null where id = 'm1'`);
  const [first, second] = await Promise.all([enters('m1'), enters('m1', 1)]);
  expect([first.includes('支部通'), second]).toEqual([true, '']);
  expect(await enters('m1', 60)).toBe('');
});

test('a question that waits is put once a day, also when two entries come a second apart or in two processes', async () => {
  service.now = monday;
  await service.say({ from: 'm2', text: '报服务' });
  expect(await enters('m2')).toBe('');
  service.now += 30 * minute;
  const other = await openService({ db, now: service.now });
  const elsewhere = other.say({ from: 'm2', after: 1, fields: { MsgType: 'event', Event: 'enter_agent' } });
  const [first, second] = await Promise.all([enters('m2'), elsewhere]);
  await other.close();
  expect([first, second.said].filter((said) => said.includes('接着刚才的'))).toHaveLength(1);
  expect([first, second.said].filter((said) => said === '')).toHaveLength(1);
  service.now += hour;
  expect(await enters('m2')).toBe('');
  // The conversation is over by the next morning; a new one that waits is put again.
  service.now = monday + dayLength;
  expect(await enters('m2')).toBe('');
  await service.say({ from: 'm2', text: '报服务' });
  service.now += 30 * minute;
  expect(await enters('m2')).toContain('接着刚才的');
});

test('where nothing waits, nothing is said, and the passive reply is empty', async () => {
  expect(await enters('m3')).toBe('');
  service.now += dayLength;
  expect(await enters('m3')).toBe('');
});
