// The door to group robots of WeCom (消息推送): writes into the one group a robot sits in, hears nothing. The robot's key is a secret and is told to nobody.

import { z } from 'zod';
import { Fault } from '../domain/fault.ts';
import type { Channel } from './channel.ts';
import { ofOneGroup, textsForMuteGroup } from './wecom/appchat.ts';
import { type FailureParts, type Failures, failures } from './wecom/failure.ts';
import type { Answer, WecomHttp } from './wecom/http.ts';

export interface WebhookParts extends FailureParts {
  readonly http: WecomHttp;
}

/**
 * A group of this door is the `key` of its robot. A robot takes 20 messages a minute (counted by the outbox); there is no duplicate check, so a
 * repeat after a lost answer is seen twice.
 */
export function webhookChannel({ http, ...parts }: WebhookParts): Channel {
  const robots = new Map<string, Failures>();

  function robot(key: string): Failures {
    const known = robots.get(key) ?? failures(parts);
    robots.set(key, known);
    return known;
  }

  return {
    name: 'webhook',
    batch: 1,
    groups: true,

    compose(draft, to) {
      if (to.kind !== 'group') throw new Fault('broken', '群机器人只能往群里发消息');
      if (!/^[\w-]{1,128}$/.test(to.group)) throw new Fault('broken', '群机器人的密钥写错了');
      return textsForMuteGroup(draft).map((content) =>
        JSON.stringify({ key: to.group, message: { msgtype: 'text', text: { content } } }),
      );
    },

    async send(body) {
      const stored = read(body);
      if (!stored) return { kind: 'rejected', reason: 'bad-request', detail: 'not a message of this door' };
      const failed = robot(stored.key);
      const blocked = failed.blocked();
      if (blocked) return ofOneGroup(blocked);
      const answer = await http('webhook/send', { key: stored.key }, JSON.stringify(stored.message));
      if (answer.kind === 'answer' && answer.code === 0) {
        failed.passed();
        return { kind: 'sent' };
      }
      const outcome = failed.of(withoutKey(answer, stored.key));
      return isLost(answer) && outcome.kind === 'rejected'
        ? { ...outcome, reason: 'unknown-account' }
        : ofOneGroup(outcome);
    },

    async recall() {
      return { kind: 'rejected', reason: 'bad-request', detail: 'a robot cannot take messages back' };
    },
  };
}

/** A robot that was removed, stopped or is not in the group (W91770) is one group's matter: the door to the others stays open. */
function isLost(answer: Answer): boolean {
  return answer.kind === 'answer' && [93000, 93004, 93008].includes(answer.code);
}

const form = z.object({ key: z.string().min(1), message: z.record(z.string(), z.unknown()) });

function read(body: string): z.infer<typeof form> | undefined {
  try {
    return form.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** Details of outcomes are logged. */
function withoutKey(answer: Answer, key: string): Answer {
  return answer.kind === 'answer' ? { ...answer, message: answer.message.replaceAll(key, '…') } : answer;
}
