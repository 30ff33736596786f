// What `zhibu group` does: reads and writes which group belongs to which unit, and asks WeCom whether it is there.

import { chatIdOf, type GroupFailure, makeGroup, missingGroup, missingRobot } from '../channels/wecom/app-groups.ts';
import { composeForGroup } from '../channels/wecom/appchat.ts';
import { type WecomClient, wecomClient } from '../channels/wecom/client.ts';
import { wecomHttp } from '../channels/wecom/http.ts';
import { accessTokens } from '../channels/wecom/token.ts';
import type { Config, WecomSettings } from '../config.ts';
import { Fault } from '../domain/fault.ts';
import type { Member, Unit } from '../domain/organisation.ts';
import { bindRoom } from '../store/binding-codes.ts';
import type { Database } from '../store/database.ts';
import { membersOf } from '../store/members.ts';
import { bestAccounts } from '../store/outbox-rows.ts';
import { platformTokenStore } from '../store/platform-token.ts';
import { readUnits, type Units } from '../store/units.ts';
import { type CreateOptions, type GroupDoor, type GroupOptions, groupDoors } from './group.ts';
import { openMigrated } from './open-database.ts';

const doorNames: Readonly<Record<string, string>> = {
  webhook: '群机器人',
  wecom: '应用建的群',
  'wecom-bot': '智能机器人的群',
  wechaty: '微信群',
};

/** One line for each group; a robot's key is a secret and only begun. */
export function listGroups(config: Config): Promise<string> {
  return withUnits(config, async (_db, units) => {
    const lines = [...units.byId.values()].flatMap(({ id, name, groups }) =>
      Object.entries(groups).map(
        ([door, group]) =>
          `${id} ${name}：${doorNames[door] ?? door} ${door === 'webhook' ? `${group.slice(0, 4)}……` : group}`,
      ),
    );
    return lines.length > 0 ? lines.join('\n') : '还没有设过群。设一个：npx zhibu group set --help';
  });
}

/** Gives the unit its group, after WeCom has said that it is there. */
export function setGroup({ unit: id, check = true, ...doors }: GroupOptions, config: Config): Promise<string> {
  const [door, group] = Object.entries(doors)[0] ?? [];
  if (door === undefined || group === undefined) throw new Fault('config', '是哪个群：--webhook、--chat、--bot 给一个');
  const channel = groupDoors[door as GroupDoor];
  return withUnits(config, async (db, units) => {
    const unit = unitOf(units, id);
    const other = [...units.byId.values()].find((one) => one.id !== id && one.groups[channel] === group);
    if (other) throw new Fault('not-allowed', `这个群已经是${other.name}（${other.id}）的群`);
    if (check) {
      const missing = await missingIn(channel, group, db, config);
      if (missing) throw new Fault('config', `没有设：${missing.say}`);
    }
    await bindRoom(db.pool, id, channel, group);
    const note = channel === 'wecom-bot' ? '。要有人在群里@过机器人，它才能主动发' : '';
    return `好，${unit.name}的${doorNames[channel]}设好了${note}`;
  });
}

export function removeGroup({ unit: id, door }: { unit: string; door: GroupDoor }, config: Config): Promise<string> {
  const channel = groupDoors[door];
  return withUnits(config, async (db, units) => {
    const unit = unitOf(units, id);
    if (unit.groups[channel] === undefined) return `${unit.name}没有设过${doorNames[channel]}`;
    await bindRoom(db.pool, id, channel, null);
    return `好，${unit.name}不再用这个${doorNames[channel]}；群还在，没有动它`;
  });
}

/** Makes the unit's group, says hello in it so that it shows, and sets it. A second run only brings the members in line. */
export function createGroup({ unit: id, name, owner, dryRun }: CreateOptions, config: Config): Promise<string> {
  return withUnits(config, async (db, units) => {
    const unit = unitOf(units, id);
    const people = await membersOf(db.pool, units.partsOf(id));
    const accounts = await bestAccounts(
      db.pool,
      people.map((member) => member.id),
      ['wecom'],
    );
    const members = people.flatMap((member) => accounts.get(member.id)?.account ?? []);
    const without = people.filter((member) => !accounts.has(member.id));
    const head = headOf(people, accounts, owner);
    const who = `${members.length}人，群主${head.name}${without.length > 0 ? `；${without.length}人没有企业微信账号，没拉进来` : ''}`;
    if (members.length < 2) throw new Fault('not-allowed', `${unit.name}有企业微信账号的不到两个人，建不了群`);
    if (members.length > 2000) throw new Fault('not-allowed', `${unit.name}有${members.length}人，一个群最多2000人`);
    if (dryRun) return `会建“${name ?? unit.name}”：${who}`;
    const wecom = appOf(config);
    const client = clientOf(wecom, db);
    const chatId = chatIdOf(wecom.corpId, id);
    const made = await makeGroup(client, {
      chatId,
      name: name ?? unit.name,
      owner: accounts.get(head.id)!.account,
      members,
    });
    if (made.kind === 'failed') throw new Fault('config', `群没有建成：${made.say}`);
    if (unit.groups.wecom !== chatId) {
      await sayHello(client, chatId);
      await bindRoom(db.pool, id, 'wecom', chatId);
    }
    return made.kind === 'created'
      ? `建好了“${name ?? unit.name}”：${who}。群编号 ${chatId}`
      : `群早就建过，成员已核对：加了${made.added}人，去掉${made.removed}人。群编号 ${chatId}`;
  });
}

/** A group shows in the clients only after its first message. */
const hello = '这里是支部的群，以后发给大家的通知会到这里。群里的话我听不到，有事请在“工作台”里打开我单独说。';

async function sayHello(client: WecomClient, chatId: string): Promise<void> {
  for (const body of composeForGroup({ text: hello }, chatId)) {
    const answer = await client('appchat/send', body);
    if (answer.kind !== 'answer' || answer.code !== 0)
      throw new Fault('config', '群建好了，但第一句话没有发出去，请再运行一次');
  }
}

async function missingIn(
  channel: string,
  group: string,
  db: Database,
  config: Config,
): Promise<GroupFailure | undefined> {
  if (channel === 'webhook') return missingRobot(wecomHttp(config.environment.WECOM_API_BASE), group);
  if (channel === 'wecom') return missingGroup(clientOf(appOf(config), db), group);
  // Whether somebody has written to the bot there only the bot's own process will see.
  return undefined;
}

function headOf(people: readonly Member[], accounts: ReadonlyMap<string, unknown>, owner: string | undefined): Member {
  const able = people.filter(({ id }) => accounts.has(id));
  if (owner !== undefined) {
    const found = able.find(({ id }) => id === owner);
    if (!found) throw new Fault('not-found', `${owner} 不是这个单位里有企业微信账号的人，请检查 --owner`);
    return found;
  }
  const head = able.find(({ roles }) => roles.includes('secretary')) ?? able[0];
  if (!head) throw new Fault('not-allowed', '这个单位没有一个人有企业微信账号');
  return head;
}

function appOf({ wecom }: Config): WecomSettings {
  if (!wecom)
    throw new Fault('config', '还没有设置企业微信应用（WECOM_CORP_ID 等五项）；先设群、以后再核对请加 --no-check');
  return wecom;
}

function clientOf({ corpId, agentId, secret, apiBase }: WecomSettings, db: Database): WecomClient {
  const http = wecomHttp(apiBase);
  const store = platformTokenStore(db.pool, `${corpId}/${agentId}`);
  return wecomClient(http, accessTokens({ corpId, secret }, { http, store, now: Date.now }));
}

function unitOf(units: Units, id: string): Unit {
  const unit = units.byId.get(id);
  if (!unit) throw new Fault('not-found', `没有编号为 ${id} 的单位，请检查 --unit`);
  return unit;
}

async function withUnits(config: Config, work: (db: Database, units: Units) => Promise<string>): Promise<string> {
  const db = await openMigrated(config);
  try {
    return await work(db, await readUnits(db.pool));
  } finally {
    await db.close();
  }
}
