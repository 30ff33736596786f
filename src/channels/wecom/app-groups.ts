// Makes the group of a unit in the app's name and keeps its members right; looks whether a group is there. Writes nothing into it.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { WecomClient } from './client.ts';
import type { Answer, WecomHttp } from './http.ts';
import { nextStep } from './next-steps.ts';

/** `say` tells the operator what is wrong and what to do. */
export interface GroupFailure {
  readonly kind: 'failed';
  readonly say: string;
}

export interface WantedGroup {
  readonly chatId: string;
  /** At most 50 characters; WeCom cuts the rest. */
  readonly name: string;
  readonly owner: string;
  /** Accounts, 2 to 2,000 (W90245). */
  readonly members: readonly string[];
}

export type GroupMade =
  | { readonly kind: 'created' }
  | { readonly kind: 'there'; readonly added: number; readonly removed: number };

/** Our own id for a unit's group: a repeated creation then finds the first one instead of making a twin. */
export function chatIdOf(corpId: string, unit: string): string {
  return `zhibu${createHash('sha256').update(`${corpId} ${unit}`).digest('hex').slice(0, 27)}`;
}

/** Makes the group, or brings the members of one that was made before in line. The app's range must be the whole corp (48002). */
export async function makeGroup(client: WecomClient, wanted: WantedGroup): Promise<GroupMade | GroupFailure> {
  const { chatId: chatid, name, owner, members } = wanted;
  const made = await client('appchat/create', JSON.stringify({ chatid, name, owner, userlist: members }));
  if (isDone(made)) return { kind: 'created' };
  if (made.kind !== 'answer' || made.code !== groupExists) return failure(made);
  const there = await client('appchat/get', undefined, { chatid });
  if (there.kind === 'silence' || there.code !== 0) return failure(there);
  const { userlist } = chatInfo.parse(there.body).chat_info;
  const now = new Set(userlist.map((user) => user.toLowerCase()));
  const then = new Set(members.map((member) => member.toLowerCase()));
  const add = [...then].filter((member) => !now.has(member));
  const del = [...now].filter((member) => !then.has(member));
  if (add.length + del.length === 0) return { kind: 'there', added: 0, removed: 0 };
  const changed = await client(
    'appchat/update',
    JSON.stringify({
      chatid,
      owner,
      ...(add.length ? { add_user_list: add } : {}),
      ...(del.length ? { del_user_list: del } : {}),
    }),
  );
  return isDone(changed) ? { kind: 'there', added: add.length, removed: del.length } : failure(changed);
}

/** Undefined = the app may write to this group. */
export async function missingGroup(client: WecomClient, chatId: string): Promise<GroupFailure | undefined> {
  const answer = await client('appchat/get', undefined, { chatid: chatId });
  return isDone(answer) ? undefined : failure(answer);
}

/** Undefined = there is a robot with this key. WeCom looks at the key before it refuses a text without words, so nothing is shown in the group. */
export async function missingRobot(http: WecomHttp, key: string): Promise<GroupFailure | undefined> {
  const answer = await http('webhook/send', { key }, JSON.stringify({ msgtype: 'text', text: { content: '' } }));
  return answer.kind === 'silence' || robotIsLost.has(answer.code) ? failure(answer) : undefined;
}

const groupExists = 86215;
const robotIsLost = new Set([93000, 93004, 93008]);

const chatInfo = z.object({ chat_info: z.object({ userlist: z.array(z.string()).default([]) }) });

function isDone(answer: Answer): boolean {
  return answer.kind === 'answer' && answer.code === 0;
}

function failure(answer: Answer): GroupFailure {
  if (answer.kind === 'silence')
    return { kind: 'failed', say: `企业微信没有正常回答（${answer.detail}），过几分钟再试` };
  const { what, todo } = nextStep(answer.code, answer.message);
  return { kind: 'failed', say: `${what}（错误码 ${answer.code}）。${todo}` };
}
