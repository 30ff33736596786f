// What WeCom tells about its contacts and our app, and what follows for a member we know. Pure; nobody is erased by it, and the roster stays as it is.

import type { Member, MemberId } from './organisation.ts';
import type { Instant } from './time.ts';

/** Only what we may act on: no phone, no address, no picture ever gets into these values. */
export type ContactChange =
  /** A userid came into being. Newer addresses are told no name. */
  | { readonly kind: 'joined'; readonly account: string; readonly name: string | null }
  | { readonly kind: 'renamed'; readonly account: string; readonly to: string }
  /** Fields changed that concern nobody here: department, post, name. The roster says what holds. */
  | { readonly kind: 'changed'; readonly account: string }
  | { readonly kind: 'deleted'; readonly account: string }
  /** Left the app's visible range, the corp, or was disabled; and came back. */
  | { readonly kind: 'out-of-range'; readonly account: string }
  | { readonly kind: 'in-range'; readonly account: string }
  | {
      readonly kind: 'department';
      readonly change: 'created' | 'changed' | 'deleted';
      readonly department: number;
    }
  | { readonly kind: 'tag'; readonly tag: number }
  /** A mass import in the console ended. */
  | { readonly kind: 'import-ended'; readonly code: number }
  /** The app will be suspended, is suspended, or works again. */
  | { readonly kind: 'app'; readonly event: string; readonly effectAt: Instant | null };

/** One event as it came: a repeat carries the same key. */
export interface ContactNews {
  readonly key: string;
  /** When WeCom says it happened. */
  readonly at: Instant;
  /** In their order; a callback may say two things (a rename and a return). */
  readonly changes: readonly ContactChange[];
}

/** Why somebody counts as gone: the account is deleted, or only out of the app's sight. Null = somebody here said so. */
export type LeftWhy = 'deleted' | 'out-of-range' | null;

/** What is known of the member behind an account. */
export interface KnownContact {
  readonly member: MemberId;
  readonly name: string;
  readonly leftAt: Member['leftAt'];
  readonly leftWhy: LeftWhy;
  /** When the newest event about this account happened. */
  readonly heardAt: Instant | null;
  /** True when the member is also reached outside WeCom (WeChat): losing the account is then no leaving. */
  readonly elsewhere: boolean;
}

export type Following =
  | { readonly kind: 'nothing' }
  /** No more messages, and the clock of forgetting runs. */
  | { readonly kind: 'leave'; readonly why: 'deleted' | 'out-of-range' }
  /** The same person is here again. */
  | { readonly kind: 'return' }
  /** The account no longer belongs to this member; the member stays as before. */
  | { readonly kind: 'detach' }
  /** Somebody has the account of a member who left, and nobody knows whether it is the same person: a person decides. */
  | { readonly kind: 'unclear' };

/** Days after leaving until a member's personal data is deleted (domain notes §5A). */
export const leaverDays = 90;

const nothing: Following = { kind: 'nothing' };

/**
 * What follows from one change for the member whose account it is. Events older than the newest one heard say nothing more. A userid that was
 * deleted may be given to another person, so only the same name brings its member back; `name` is what WeCom says now, null = not told.
 */
export function followContact(change: ContactChange, at: Instant, known: KnownContact, name: string | null): Following {
  if (known.heardAt !== null && at < known.heardAt) return nothing;
  const hasLeft = known.leftAt !== null;
  switch (change.kind) {
    case 'deleted':
      if (known.elsewhere && !hasLeft) return { kind: 'detach' };
      return hasLeft && known.leftWhy !== 'out-of-range' ? nothing : { kind: 'leave', why: 'deleted' };
    case 'out-of-range':
      return hasLeft || known.elsewhere ? nothing : { kind: 'leave', why: 'out-of-range' };
    case 'joined':
    case 'in-range':
      if (!hasLeft || known.leftWhy === null) return nothing;
      if (known.leftWhy === 'out-of-range' && change.kind === 'in-range') return { kind: 'return' };
      if (name === null) return { kind: 'unclear' };
      return sameName(name, known.name) ? { kind: 'return' } : { kind: 'detach' };
    default:
      return nothing;
  }
}

/** Whether WeCom has to be asked for the name before this change can be followed. */
export function needsName(change: ContactChange, known: KnownContact): boolean {
  if (known.leftAt === null || known.leftWhy === null) return false;
  return (
    (change.kind === 'joined' && change.name === null) || (change.kind === 'in-range' && known.leftWhy === 'deleted')
  );
}

/** Equal as people write names: width, spaces and the forms of the middle dot do not matter. */
export function sameName(one: string, other: string): boolean {
  return plainName(one) === plainName(other);
}

/** The form in which names are compared. */
export function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll(/\s+/g, '')
    .replaceAll(/[•・‧∙⋅]/g, '·');
}
