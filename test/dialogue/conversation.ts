// A person in conversation with the engine alone: the session is written to JSON and read back between all steps. No database, no clock.

import { readButton } from '../../src/dialogue/buttons.ts';
import { step } from '../../src/dialogue/engine.ts';
import type { Flow, Flows } from '../../src/dialogue/flow.ts';
import { flowForm, makeFlow, makeFlows } from '../../src/dialogue/flow.ts';
import { makeVocabulary, meaningOf } from '../../src/dialogue/meaning.ts';
import type { Event, Said, Session, ShownButton, Where } from '../../src/dialogue/session.ts';
import { emptySession, sessionState } from '../../src/dialogue/session.ts';
import type { Member, Unit } from '../../src/domain/organisation.ts';
import { instantOf } from '../../src/domain/time.ts';

/** Makes a flow from what its file would say. */
export function flow(source: Record<string, unknown>): Flow {
  const full = { title: String(source.flow), ...source };
  return makeFlow(flowForm.parse(full), full);
}

/** The words of the engine itself, as short as can be. */
export const ownWords: Flow[] = [
  flow({ flow: 'not-understood', where: 'both', steps: [{ say: '没听懂' }] }),
  flow({ flow: 'too-late', steps: [{ say: '过时了' }] }),
  flow({ flow: 'upload', steps: [{ say: '用不上' }] }),
  flow({ flow: 'welcome', steps: [{ say: '您好' }] }),
  flow({ flow: 'again', steps: [{ say: '再说一次' }] }),
  flow({ flow: 'gave-up', steps: [{ say: '放下{title}' }] }),
  flow({ flow: 'resume', steps: [{ say: '接着{title}' }] }),
  flow({ flow: 'in-private', where: 'both', steps: [{ say: '私下说' }] }),
  flow({
    flow: 'cancel',
    start: { words: ['取消'], rest: false },
    steps: [{ repair: 'cancel' }, { say: '不办{title}', if: 'found' }, { say: '没有', if: 'not found' }],
  }),
  flow({ flow: 'back', start: { words: ['返回'], rest: false }, steps: [{ repair: 'back' }] }),
];

export const zhaolei: Member = {
  id: 'zhaolei',
  name: '赵磊',
  unit: 'b1',
  partyGroup: null,
  roles: [],
  tags: ['ordinary'],
  status: 'full',
  joinedOn: null,
  reminders: { level: 'all', quietWeekdays: [], quietUntil: null },
  noticedAt: 0,
} as unknown as Member;

const unit = { id: 'b1', name: '第一党支部', kind: 'branch', parent: null, settings: {} } as unknown as Unit;

export interface Heard {
  readonly texts: string[];
  readonly buttons: readonly ShownButton[];
  readonly saves: { effect: string; values: Readonly<Record<string, unknown>> }[];
  readonly ends: string[];
  readonly events: readonly Event[];
}

/** A Saturday evening. */
export const evening = instantOf('2026-12-05', '19:30');

export function conversation(
  flows: Flows,
  { member = zhaolei, views = {} }: { member?: Member; views?: Record<string, unknown> } = {},
) {
  let stored = JSON.stringify(emptySession);
  let now = evening;
  let known = flows;

  function put(said: Said, where: Where = 'private'): Heard {
    const session = sessionState.parse(JSON.parse(stored));
    const vocabulary = makeVocabulary(known.newest.values());
    const meaning = meaningOf(vocabulary, known, session, said, { member, where, now });
    const result = step(known, session, { said, where, member, unit, views }, meaning, now);
    stored = JSON.stringify(result.session);
    return {
      events: result.events,
      texts: result.events.flatMap((event) => (event.kind === 'say' ? [event.text] : [])),
      buttons: result.events.flatMap((event) => (event.kind === 'say' ? event.buttons : [])),
      saves: result.events.flatMap((event) =>
        event.kind === 'save' ? [{ effect: event.effect, values: event.values }] : [],
      ),
      ends: result.events.flatMap((event) => (event.kind === 'ended' ? [`${event.flow} ${event.reason}`] : [])),
    };
  }

  return {
    put,
    say: (text: string, where?: Where) => put({ kind: 'text', text }, where),
    tap: (button: ShownButton | undefined) => put(readButton(button!.data)),
    wake: () => put({ kind: 'timer' }),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    /** From now on these flows are the newest. */
    publish: (newer: Flows) => {
      known = newer;
    },
    session: (): Session => sessionState.parse(JSON.parse(stored)),
  };
}

export function withOwnWords(...flows: Flow[]): Flows {
  return makeFlows([...ownWords, ...flows]);
}
