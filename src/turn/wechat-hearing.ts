// What the WeChat door is handed to hear with: the turn, who is known, where files lie for a while, what to do about a room that was lost.

import type pg from 'pg';
import type { Receive } from '../channels/channel.ts';
import type { WechatyHearing } from '../channels/wechaty/wechaty-door.ts';
import type { UnitId } from '../domain/organisation.ts';
import { hour, type Instant } from '../domain/time.ts';
import type { Library } from '../library/library.ts';
import { attachmentById, keepAttachment } from '../store/attachments.ts';
import { bindingCode, bindRoom, isBound, mayGuess } from '../store/binding-codes.ts';
import { membersOf } from '../store/members.ts';
import type { DoorList } from '../store/outbox-rows.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Units, UnitsCache } from '../store/units.ts';
import { writeChanges } from '../store/write-changes.ts';
import { codeIn } from './bind.ts';
import { wordsOf } from './without-flow.ts';

export interface HearingParts {
  readonly pool: pg.Pool;
  readonly receive: Receive;
  readonly library: Library;
  readonly units: UnitsCache;
  readonly doors: DoorList;
  readonly clock: () => Instant;
  /** Called when something may lie in the outbox. */
  readonly onCommitted: () => void;
}

/** WeChat keeps no file for us: it lies here until a question has taken it, or for this long. */
const fileLife = hour;

export function wechatHearing(
  parts: HearingParts,
): Pick<WechatyHearing, 'receive' | 'guests' | 'keepFile' | 'leftRoom'> {
  const { pool, receive, units, doors, clock } = parts;

  /** The branch's room is gone: its secretaries hear of it, through whichever door reaches them. */
  async function leftRoom(group: string): Promise<void> {
    await inTransaction(pool, async (client) => {
      const tree = await units.newest(client);
      for (const unit of [...tree.byId.values()].filter(({ groups }) => groups.wechaty === group)) {
        await bindRoom(client, unit.id, 'wechaty', null);
        const text = wordsOf(parts.library, 'room-lost');
        await writeChanges(
          client,
          [
            {
              change: 'message',
              to: { members: await leadersOf(client, tree, unit.id) },
              kind: 'notice',
              draft: { text },
            },
            { change: 'audit', actor: null, action: 'room-unbound', unit: unit.id, detail: { channel: 'wechaty' } },
          ],
          { now: clock(), doors, units: tree },
        );
      }
    });
    parts.onCommitted();
  }

  return {
    receive,
    leftRoom,
    guests: {
      knows: (account) => isBound(pool, 'wechaty', account),
      async admits(account, greeting) {
        const code = codeIn(greeting);
        if (code === undefined || !(await mayGuess(pool, 'wechaty', account, clock()))) return undefined;
        return (await bindingCode(pool, code, clock()))?.code;
      },
    },
    async keepFile({ messageId, name, type, bytes }) {
      const id = `wechat-${messageId}`;
      const now = clock();
      if (!(await attachmentById(pool, id, now)))
        await keepAttachment(pool, { id, name, type, bytes }, now, now + fileLife);
      return id;
    },
  };
}

async function leadersOf(client: pg.ClientBase, units: Units, unit: UnitId): Promise<string[]> {
  const members = await membersOf(client, units.partsOf(unit));
  const having = (role: 'secretary' | 'deputy') => members.filter(({ roles }) => roles.includes(role));
  return [having('secretary'), having('deputy')].find((some) => some.length > 0)?.map(({ id }) => id) ?? [];
}
