// Lets simulated people live through the days of a world: they hear what they are told, answer or do not, and do what comes to their own mind. Decides nothing about the product.

import type { Member } from '../domain/organisation.ts';
import type { Day, Instant } from '../domain/time.ts';
import { addDays, instantOf } from '../domain/time.ts';
import { membersOf } from '../store/members.ts';
import { expectedOn } from '../store/rehearsed-rows.ts';
import { chanceOf } from './chance.ts';
import type { Deed, Person, Word } from './people.ts';
import { answerTo, comesTo, ownWish, personOf, recordOf, secretaryDeeds } from './people.ts';
import type { Heard, World } from './world.ts';

/** One answer to something said. */
export interface Answered extends Heard {
  readonly unit: string;
  readonly said: string;
}

export interface Life {
  /** Lives through one day, to its end; resolves to the answers people got. */
  live(day: Day): Promise<Answered[]>;
}

/** The same seed makes the same year. */
export async function beginLife(world: World, seed: number): Promise<Life> {
  const { pool, units, library } = world.app;
  const tree = await units.newest(pool);
  const chance = chanceOf(seed);
  const members = await membersOf(pool, [...tree.byId.keys()]);
  const people = new Map(
    members.map((member) => [member.id, personOf(member, tree.branchOf(member.unit).id, chance)] as const),
  );
  const byId = new Map(members.map((member) => [member.id, member] as const));
  const planned = new Map<Instant, Deed[]>();
  let seen = world.heard.length;

  function plan(deed: Deed | undefined): void {
    if (!deed || deed.at <= world.now()) return;
    const list = planned.get(deed.at) ?? [];
    list.push(deed);
    planned.set(deed.at, list);
  }

  function hear(): void {
    for (const heard of world.heard.slice(seen)) {
      const person = people.get(heard.to);
      if (person && !heard.isAnswer) plan(answerTo(person, heard, chance));
    }
    seen = world.heard.length;
  }

  async function begin(day: Day): Promise<void> {
    const all = [...people.values()];
    const meetings = new Map<string, Person[]>();
    for (const { member, startsAt } of await expectedOn(pool, day)) {
      const person = people.get(member);
      if (!person) continue;
      plan(comesTo(person, startsAt, chance));
      const key = `${person.branch} ${startsAt}`;
      meetings.set(key, [...(meetings.get(key) ?? []), person]);
    }
    for (const [key, present] of meetings) {
      const [branch, startsAt] = key.split(' ');
      const secretary = all.find((person) => person.branch === branch && person.roles.includes('secretary'));
      if (secretary) plan(recordOf(secretary, Number(startsAt), nameOf(byId, present[0]), chance));
    }
    for (const person of all) {
      plan(ownWish(person, day, chance));
      for (const deed of secretaryDeeds(person, day, library.calendar, chance)) plan(deed);
    }
  }

  async function perform(deeds: readonly Deed[]): Promise<Answered[]> {
    const answers: Answered[] = [];
    // Somebody who has two things in mind says them one after the other.
    const waiting = new Map<string, Word[]>();
    for (const { member, says } of deeds) waiting.set(member, [...(waiting.get(member) ?? []), ...says]);
    while (waiting.size > 0) {
      const from = world.heard.length;
      const said = new Map<string, string>();
      const acts = [...waiting].map(([member, words]) => {
        const word = words.shift()!;
        if (words.length === 0) waiting.delete(member);
        said.set(member, typeof word === 'string' ? word : '（按钮）');
        const content =
          typeof word === 'string'
            ? ({ kind: 'text', text: word } as const)
            : ({ kind: 'tap', data: word.press } as const);
        return { member, did: { content } };
      });
      await world.actAtOnce(acts);
      for (const heard of world.heard.slice(from)) {
        const words = said.get(heard.to);
        if (heard.isAnswer && words !== undefined)
          answers.push({ ...heard, unit: byId.get(heard.to)!.unit, said: words });
      }
      hear();
    }
    return answers;
  }

  return {
    async live(day) {
      await begin(day);
      const end = instantOf(addDays(day, 1), '00:00');
      const answers: Answered[] = [];
      while (world.now() < end) {
        const next = Math.min(end, ...planned.keys());
        await world.advance(next);
        hear();
        const deeds = planned.get(world.now());
        planned.delete(world.now());
        if (deeds) answers.push(...(await perform(deeds)));
      }
      return answers;
    },
  };
}

function nameOf(byId: ReadonlyMap<string, Member>, person: Person | undefined): string {
  return (person && byId.get(person.id)?.name) ?? '';
}
