// What every door to people is: it translates and sends, and decides nothing. No door sees the database.

import type { Draft, FailureReason } from '../domain/message.ts';
import type { ChannelName } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';

/** Where something was said: in private with the bot, or in a group (its id in that channel). */
export type Place =
  | { readonly kind: 'private' }
  | {
      readonly kind: 'group';
      readonly group: string;
      /** True where this door cannot write to the speaker in private (WeChat: not friends). */
      readonly noPrivate?: boolean;
    };

export type { Button, Draft, FailureReason } from '../domain/message.ts';

/** What a person did, already verified, decrypted and parsed by the door. */
export type Content =
  | { readonly kind: 'text'; readonly text: string }
  /**
   * A button was pressed, or a list handed in: `data` is what we put on it (a list's as `ticked` writes it), `card` the one card it stands on,
   * `update` lets the door change that card later.
   */
  | { readonly kind: 'tap'; readonly data: string; readonly card?: string; readonly update?: string }
  | {
      readonly kind: 'upload';
      readonly media: 'image' | 'voice' | 'video' | 'file';
      /** How the channel fetches the bytes again. */
      readonly ref: string;
      readonly name?: string;
      /** What was said, where the platform has already written it down. */
      readonly says?: string;
    }
  /** The person opened the chat without saying anything. */
  | { readonly kind: 'enter' }
  /** Something this door receives but nobody answers in words (`link`, `location`, unknown types). */
  | { readonly kind: 'other'; readonly type: string };

/** One inbound message. Text holds no NUL and no lone surrogate (see `cleanText`). */
export interface Inbound {
  readonly channel: ChannelName;
  /** Unique in the channel; a repeat carries the same one. Events without an id get one built from sender, create time, event, key and agent. */
  readonly messageId: string;
  /** The sender's account in this channel. */
  readonly account: string;
  /** When the platform says it was said. */
  readonly at: Instant;
  readonly place: Place;
  readonly content: Content;
}

/** What the turn answers in the same exchange, in order. Empty = nothing to say, or the outbox says it. */
export interface Reply {
  readonly drafts: readonly Draft[];
  /** What became of a press, for the card it was made on; absent = nothing was pressed, or nobody knows any more. */
  readonly pressed?: Press;
}

/** `done`: something was noted, or the conversation goes on; `plain`: it was answered and changed nothing; `outdated`: it was too late. */
export const presses = ['done', 'plain', 'outdated'] as const;
export type Press = (typeof presses)[number];

/** What the exchange in which a message came can still carry. Absent = anything, without hurry. */
export interface Exchange {
  /** Most bytes (UTF-8) of the reply as `draftAsText` writes it; 0 = nothing can be said here, so the outbox says it. */
  readonly bytes: number;
  /** After this instant nobody may be listening any more: what is not ready by then, the outbox says. */
  readonly answerBy: Instant;
  /** True for a message with which more can be done when the outbox brings it (a list that can be ticked): here only its words are said, and it follows. */
  readonly followsAs?: (draft: Draft) => boolean;
}

/** Handed to every door: takes one inbound message once only and resolves after the commit. A repeat gives the stored reply again. */
export type Receive = (inbound: Inbound, exchange?: Exchange) => Promise<Reply>;

export type Recipient =
  | { readonly kind: 'accounts'; readonly accounts: readonly string[] }
  | { readonly kind: 'group'; readonly group: string };

/** What became of one call. Only the outbox decides whether to try again. */
export type Outcome =
  | {
      readonly kind: 'sent';
      /** The platform's id of the message, used for recall and card updates. */
      readonly reference?: string;
      /** Accounts of this call that did not get it, with a reason code of ours. */
      readonly failed?: readonly { readonly account: string; readonly reason: FailureReason }[];
    }
  | { readonly kind: 'rejected'; readonly reason: FailureReason; readonly detail: string }
  /** `scope: 'recipient'` = only this account or group has to wait; absent = the whole door. */
  | { readonly kind: 'throttled'; readonly until: Instant; readonly detail: string; readonly scope?: 'recipient' }
  | { readonly kind: 'unreachable'; readonly detail: string };

/** What became of fetching what somebody sent in. What kind of file it really is, the caller finds out: no name and no header is believed. */
export type Fetched =
  | {
      readonly kind: 'fetched';
      readonly bytes: Buffer;
      /** As the platform names it; undefined where it does not. */
      readonly name: string | undefined;
      /** Media type as the platform states it; undefined where it does not. */
      readonly type: string | undefined;
    }
  /** Not there any more, never was, or not readable: the person must send it again. */
  | { readonly kind: 'gone'; readonly detail: string }
  | { readonly kind: 'too-large' }
  /** Nobody answered: may go better a little later. */
  | { readonly kind: 'unreachable'; readonly detail: string };

/** A door for sending. */
export interface Channel {
  readonly name: ChannelName;
  /** Most accounts one call of equal text may go to (WeCom: 1,000); 1 where every message is a call of its own. */
  readonly batch: number;
  /** False where this door cannot write to groups. */
  readonly groups: boolean;
  /** Present where only one process at a time can send (one connection, one login): whether it is this one now. Absent = every process can. */
  readonly isHere?: () => boolean;
  /** Present where nobody can be written to unasked: what is said follows within the hour what the person said there (AI bot in callback mode). */
  readonly answersOnly?: true;
  /**
   * The exact request bodies for a draft, split at this platform's byte limits; pure and stable, so that a repeat is byte for byte the same.
   * `serial` is the outbox row's number: equal texts that are both wanted must differ somewhere harmless by it.
   */
  compose(draft: Draft, to: Recipient, serial: number): string[];
  /** Sends one composed body; never throws for what a platform may do. Where room is scarce an `answer` goes before a `push`. */
  send(body: string, why?: 'answer' | 'push'): Promise<Outcome>;
  /**
   * Shows `words` on a pressed card instead of what can be pressed, for this account alone; `code` is the press's `update`. `rejected` where it is too
   * late or was done before. Absent = this door changes its cards otherwise, or has none.
   */
  changeCard?(account: string, code: string, words: string): Promise<Outcome>;
  /** Takes a sent message back; `rejected` where the platform cannot. */
  recall(reference: string): Promise<Outcome>;
  /**
   * The bytes behind the `ref` of an upload this door has received, at most `largest` of them; never throws for what a platform may do.
   * Absent = this door receives no files. Any process must be able to do it with the `ref` alone.
   */
  fetch?(ref: string, largest: number): Promise<Fetched>;
}

/** Makes any text storable and sendable: lone surrogates are replaced, NUL removed. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
