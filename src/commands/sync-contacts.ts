// One sync with WeCom's contacts, from reading to writing: everything or nothing. Prints nothing.

import type pg from 'pg';
import type { Config } from '../config.ts';
import type { ContactBook } from '../domain/contact-book.ts';
import type { ContactLinks, Stranger, SyncGround, SyncPlan } from '../domain/contact-sync.ts';
import { planSync } from '../domain/contact-sync.ts';
import { Fault } from '../domain/fault.ts';
import type { ImportPlan } from '../domain/import-plan.ts';
import { planImport } from '../domain/import-plan.ts';
import type { Unit, UnitId } from '../domain/organisation.ts';
import { accountKey } from '../domain/organisation.ts';
import type { RosterImport } from '../domain/roster.ts';
import { sayRosterProblem } from '../domain/roster.ts';
import type { Instant } from '../domain/time.ts';
import { readSyncGround, writeSync } from '../store/contacts.ts';
import { readExisting, writeImport } from '../store/organisation.ts';
import { inTransaction, inTrial } from '../store/transaction.ts';
import { openContacts } from './contact-sources.ts';
import { openMigrated } from './open-database.ts';
import { simulatedTime } from './simulated-time.ts';

export interface SyncOptions {
  readonly dryRun: boolean;
  /** Said now: department → unit, null = none. */
  readonly links: ContactLinks;
  /** Department → id of the branch to make of it. */
  readonly createUnits: ReadonlyMap<number, UnitId>;
  readonly parent: UnitId | undefined;
  readonly create: { readonly unit: UnitId; readonly only: readonly string[] | undefined } | undefined;
  readonly leave: boolean;
}

export interface Synced {
  readonly plan: SyncPlan;
  readonly created: { readonly units: readonly Unit[]; readonly members: ImportPlan['members']['create'] };
  readonly units: ReadonlyMap<UnitId, Unit>;
  readonly book: ContactBook;
}

/** Throws a Fault that says what to do when WeCom cannot be read or a wish cannot be met; then nothing was written. */
export async function syncContacts(config: Config, options: SyncOptions): Promise<Synced> {
  const db = await openMigrated(config);
  try {
    const time = simulatedTime(db.pool, config.simulator && !config.isReal);
    const open = openContacts(config, db, () => time.now());
    if (!open)
      throw new Fault('config', '还没有设置企业微信应用，请先填好 WECOM_CORP_ID、WECOM_AGENT_ID、WECOM_SECRET 等');
    const { book, absences } = await readAll(open.contacts, await readSyncGround(db.pool));
    const within = options.dryRun ? inTrial : inTransaction;
    return await within(db.pool, async (client) => {
      const now = time.now();
      const units = await makeUnits(client, book, options, now);
      const ground = await readSyncGround(client);
      checkUnits(ground, options);
      const plan = planSync(ground, book, absences, {
        links: new Map([...options.links, ...options.createUnits]),
        leave: options.leave,
      });
      if (plan.leave.length > 0 && plan.settled === 0)
        throw new Fault(
          'config',
          '名册里的账号一个也没有找到，像是连到了别的企业；没有把任何人记为离开，请核对 WECOM_CORP_ID',
        );
      await writeSync(client, plan, now);
      const members = await makeMembers(client, plan.strangers, options, now);
      const made = new Set(members.map((member) => member.accounts.wecom));
      return {
        plan: { ...plan, strangers: plan.strangers.filter(({ account }) => !made.has(account)) },
        created: { units, members },
        units: new Map(ground.units.map((unit) => [unit.id, unit])),
        book,
      };
    });
  } finally {
    await db.close();
  }
}

/** The book, and where the roster's accounts are that it does not have. */
async function readAll(contacts: NonNullable<ReturnType<typeof openContacts>>['contacts'], ground: SyncGround) {
  const read = await contacts.book();
  if (read.kind === 'failed') throw new Fault('channel', `通讯录读不到，什么都没有写入：${read.say}`);
  const seen = new Set(read.value.people.map(({ account }) => accountKey('wecom', account)));
  const missing = ground.members.flatMap(({ accounts: { wecom }, leftAt }) =>
    leftAt === null && wecom !== undefined && !seen.has(accountKey('wecom', wecom)) ? [wecom] : [],
  );
  const found = await contacts.find(missing);
  if (found.kind === 'failed') throw new Fault('channel', `账号核对没有做完，什么都没有写入：${found.say}`);
  const book: ContactBook = { ...read.value, people: [...read.value.people, ...found.value.people] };
  return { book, absences: found.value.absences };
}

function checkUnits(ground: SyncGround, { links, create }: SyncOptions): void {
  const known = new Set(ground.units.map(({ id }) => id));
  const asked = [...links.values(), create?.unit].filter((unit) => unit !== null && unit !== undefined);
  const unknown = asked.filter((unit) => !known.has(unit));
  if (unknown.length > 0)
    throw new Fault(
      'not-found',
      `没有编号为 ${[...new Set(unknown)].join('、')} 的单位，现有：${[...known].join('、') || '还没有任何单位，请先导入'}`,
    );
}

/** Branches with the names of their departments. */
async function makeUnits(
  client: pg.ClientBase,
  book: ContactBook,
  { createUnits, parent, links: said }: SyncOptions,
  now: Instant,
): Promise<readonly Unit[]> {
  if (createUnits.size === 0) return [];
  const ground = await readSyncGround(client);
  const departments = new Map(book.departments.map((department) => [department.id, department]));
  const links = new Map([...ground.links, ...said]);
  const rows = [...createUnits].map(([department, id], index) => {
    const found = departments.get(department);
    if (!found?.name) throw new Fault('not-found', `通讯录里看不到编号为 ${department} 的部门，或读不到它的名字`);
    if (ground.units.some((unit) => unit.id === id))
      throw new Fault('config', `单位 ${id} 已经有了，请改用 --link ${department}=${id}`);
    const above = parent ?? links.get(found.parent) ?? undefined;
    return {
      row: index + 1,
      id,
      name: found.name,
      kind: 'branch' as const,
      settings: {},
      ...(above === undefined ? {} : { parent: above }),
    };
  });
  return (await importing(client, { source: 'yaml', units: rows, members: [] }, now)).units.create;
}

/** People of the departments linked to this very unit whom the roster does not know. */
async function makeMembers(
  client: pg.ClientBase,
  strangers: readonly Stranger[],
  { create }: SyncOptions,
  now: Instant,
): Promise<ImportPlan['members']['create']> {
  if (!create) return [];
  const wanted = create.only && new Set(create.only.map((account) => accountKey('wecom', account)));
  const mayCome = strangers.filter(({ why, unit }) => why === 'not-on-roster' && unit === create.unit);
  const known = new Set(mayCome.map(({ account }) => accountKey('wecom', account)));
  const missing = [...(wanted ?? [])].filter((account) => !known.has(account));
  if (missing.length > 0)
    throw new Fault(
      'not-found',
      `${missing.join('、')} 不能加进 ${create.unit}：通讯录里看不到，或已在名册，或重名，或所在部门没有对应到这个单位（先用 --link 写明）`,
    );
  const chosen = mayCome.filter(({ account }) => !wanted || wanted.has(accountKey('wecom', account)));
  const members = chosen.map(({ account, name }, index) => ({
    row: index + 1,
    id: null,
    name: name!,
    unit: { id: create.unit },
    accounts: { wecom: account },
  }));
  return (await importing(client, { source: 'yaml', units: [], members }, now)).members.create;
}

async function importing(client: pg.ClientBase, roster: RosterImport, now: Instant): Promise<ImportPlan> {
  const planned = planImport(await readExisting(client), roster);
  if (planned.kind === 'refused')
    throw new Fault('bad-file', planned.problems.map(({ message }) => sayRosterProblem({ message })).join('\n'));
  await writeImport(client, planned.plan, now);
  return planned.plan;
}
