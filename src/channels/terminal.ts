// The door to a terminal: prints messages as plain text for the one person who sits there, and reads what they type. Holds no loop and no clock.

import type { Draft } from '../domain/message.ts';
import type { Channel, Content, Recipient } from './channel.ts';
import { cleanText } from './channel.ts';
import { draftAsText } from './draft-text.ts';
import { withoutControls } from './without-controls.ts';

export interface TerminalParts {
  /** Shows a text; `to` is one account (a member's id) or a group (a unit's id). */
  readonly write: (to: Recipient, text: string) => void;
  /** False for accounts whose person does not sit here; absent = everybody does. */
  readonly here?: (account: string) => boolean;
}

/** The door of the terminal. Messages are shown one by one and cannot be taken back. */
export function terminalChannel({ write, here }: TerminalParts): Channel {
  return {
    name: 'terminal',
    batch: 1,
    groups: true,

    compose(draft, to) {
      const text = terminalText(draft);
      if (!text) return [];
      return each(to).map((one) => JSON.stringify([one, text]));
    },

    async send(body) {
      const message = read(body);
      if (!message) return { kind: 'rejected', reason: 'bad-request', detail: 'not a message of this door' };
      const [to, text] = message;
      if (to.kind === 'accounts' && here && !to.accounts.every(here))
        return { kind: 'rejected', reason: 'unknown-account', detail: 'somebody else sits at this terminal' };
      write(to, text);
      return { kind: 'sent' };
    },

    async recall() {
      return { kind: 'rejected', reason: 'bad-request', detail: 'what was printed stays printed' };
    },
  };
}

/** A message as a terminal shows it, without anything a terminal would obey. */
export function terminalText(draft: Draft): string {
  return draftAsText(withoutControls(draft));
}

/** What stands before the line that is typed: `王芳> `. */
export function terminalPrompt(name: string): string {
  return `${name}> `;
}

/** What a typed line is: something said (in private, or with `群 ` before it in the branch's group), the wish to leave, or nothing. */
export type TerminalLine =
  | { readonly kind: 'said'; readonly content: Content; readonly inGroup: boolean }
  | { readonly kind: 'leave' }
  | { readonly kind: 'nothing' };

export function readTerminalLine(line: string): TerminalLine {
  const said = cleanText(line).trim();
  if (!said) return { kind: 'nothing' };
  if (['退出', '再见', 'exit', 'quit'].includes(said.toLowerCase())) return { kind: 'leave' };
  const group = /^[@＠]?群[\s:：]+(.+)$/s.exec(said);
  return { kind: 'said', content: { kind: 'text', text: group?.[1] ?? said }, inGroup: group !== null };
}

function each(to: Recipient): Recipient[] {
  return to.kind === 'group' ? [to] : to.accounts.map((account) => ({ kind: 'accounts', accounts: [account] }));
}

/** Only `compose` writes these bodies; anything of another shape is not ours. */
function read(body: string): [Recipient, string] | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const [to, text] = Array.isArray(value) ? (value as [Recipient?, string?]) : [];
    return to?.kind && typeof text === 'string' ? [to, text] : undefined;
  } catch {
    return undefined;
  }
}
