// The operator's page on a real database with the small organisation, planted figures, and a clock that stands still.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { pino } from 'pino';
import type { DoorName } from '../../../src/domain/door-health.ts';
import { hour, minute } from '../../../src/domain/time.ts';
import type { JobParts } from '../../../src/jobs/parts.ts';
import { home, loadLibrary } from '../../../src/library/library.ts';
import { fillOrganisation } from '../../../src/rehearsal/organisation.ts';
import { type Database, openThrowaway } from '../../../src/store/database.ts';
import { keepDoorState } from '../../../src/store/door-state.ts';
import { keepTrouble } from '../../../src/store/door-trouble.ts';
import { fieldCipher } from '../../../src/store/field-cipher.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { migrations } from '../../../src/store/migrations/index.ts';
import { makeUnitsCache } from '../../../src/store/units.ts';
import { viewNames } from '../../../src/store/views/index.ts';
import { type ConsoleOptions, consolePage } from '../../../src/web/console/console-page.ts';
import { makeServer } from '../../../src/web/server.ts';

/** A Monday morning. */
export const monday = Date.parse('2026-12-07T09:30:00+08:00');

export interface Desk {
  readonly db: Database;
  open(options?: Partial<ConsoleOptions>): Promise<FastifyInstance>;
  close(): Promise<void>;
}

export async function openDesk(): Promise<Desk> {
  const db = await openThrowaway();
  await migrate(db, migrations);
  await fillOrganisation(db.pool, 'test/fixtures/orgs/small.yaml');
  await db.pool.query(`update member set roles = roles || '{operator}'::text[] where id = 'malin'`);
  const log = pino({ level: 'silent' });
  const jobs: JobParts = {
    pool: db.pool,
    library: loadLibrary(viewNames, { sample: true }),
    units: makeUnitsCache(),
    doors: { doors: [] },
    channels: new Map(),
    clock: () => monday,
    log,
    cipher: fieldCipher(undefined),
  };
  const usual: ConsoleOptions = {
    jobs,
    local: true,
    openDoors: async () => ['wecom', 'wechaty', 'simulator'] satisfies DoorName[],
    about: {
      version: '0.1.0',
      where: '内置数据库，数据在 /data/pg',
      dispatcher: '数据库直接派活',
      startedAt: monday - hour,
    },
    docs: `${home}/docs`,
  };
  const servers: FastifyInstance[] = [];
  return {
    db,
    async open(options = {}) {
      const server = await makeServer({
        pool: db.pool,
        log,
        open: async (http) => void (await http.register(consolePage, { ...usual, ...options })),
      });
      servers.push(server);
      return server;
    },
    async close() {
      for (const server of servers) await server.close();
      await db.close();
    },
  };
}

/** WeCom refuses our address, WeChat waits for a scan, messages wait and failed, duties were raised this morning. */
export async function plantFigures({ pool }: Database): Promise<void> {
  await keepTrouble(pool, 'wecom', '60020 from ip: 203.0.113.9', monday - 5 * minute);
  await keepDoorState(
    pool,
    {
      door: 'wechaty',
      state: 'waiting-for-scan',
      qr: 'https://login.example/secret-of-the-login',
      qrUntil: monday + 2 * minute,
    },
    monday,
  );
  await pool.query(
    `insert into outbox (channel, kind, lane, draft, members, accounts, due_at, status, outcome, created_at) values
      ('wecom', 'reminder', 1, '{"text":"王芳请交党费"}', '{zhaolei}', '{zhaolei}', $1, 0, null, $1),
      ('wecom', 'reply', 0, '{"text":"收到"}', '{wangfang}', '{wangfang}', $1, 0, null, $1),
      ('wecom', 'study', 1, '{"text":"学习"}', '{lijie}', '{lijie}', $1, 3, 'not-in-range', $1),
      ('simulator', 'reply', 0, '{"text":"您好"}', '{lijie}', '{lijie}', $1, 2, 'sent', $1)`,
    [new Date(monday - 2 * minute)],
  );
  await pool.query(`update outbox set sent_at = created_at where status = 2`);
  await pool.query(
    `insert into inbound (channel, message_id, member, said_at, received_at) values ('simulator', '1', 'lijie', $1, $1)`,
    [new Date(monday - hour)],
  );
  await pool.query(
    `insert into duty (id, programme, item, unit, member, period, due_on, raised_at) values
      ('d1', 'dues', 'month', 'b1', 'zhaolei', '2026-12', '2026-12-31', $1), ('d2', 'dues', 'month', 'b1', 'lijie', '2026-12', '2026-12-31', $1),
      ('d0', 'dues', 'month', 'b1', 'zhaolei', '2026-11', '2026-11-30', $2)`,
    [new Date(monday - 9 * hour), new Date(monday - 40 * 24 * hour)],
  );
}

/** A login that knows whoever sends the cookie `who=`. */
export async function byCookie({ headers }: FastifyRequest): Promise<string | undefined> {
  return /who=(\w+)/.exec(headers.cookie ?? '')?.[1];
}
