// What is said to people, before any door gives it its shape, and why somebody was not reached.

export const messageKinds = ['reply', 'notice', 'reminder', 'study', 'broadcast', 'digest', 'urgent'] as const;
export type MessageKind = (typeof messageKinds)[number];

export interface Button {
  /** What the person sees, at most 10 characters. Saying the label means the same as tapping it. */
  readonly label: string;
  readonly data: string;
}

/** One question that takes several answers at once: some are ticked, `submit` hands them in. */
export interface Checklist {
  /** In the order in which they are numbered where they are said in words. */
  readonly options: readonly { readonly id: string; readonly label: string }[];
  /** What comes back is `ticked(submit.data, ids)`. */
  readonly submit: Button;
}

/** A message as the product means it. */
export interface Draft {
  /** Shown larger where the door has cards. */
  readonly title?: string;
  readonly text: string;
  /** Facts to be found at a glance, such as 时间 and 地点; in words `时间：…`, a line each. */
  readonly rows?: readonly { readonly label: string; readonly value: string }[];
  readonly buttons?: readonly Button[];
  /** Never beside buttons. */
  readonly checklist?: Checklist;
  readonly link?: { readonly label: string; readonly url: string };
  /** A file of our own, by its id in the store. */
  readonly file?: { readonly id: string; readonly name: string };
}

/** What comes back when these ids are ticked and handed in: `m:3:who?o=sunbo&o=lijie` (URL-encoded; nothing ticked = no `?`). */
export function ticked(data: string, ids: readonly string[]): string {
  return ids.length === 0 ? data : `${data}?${new URLSearchParams(ids.map((id): [string, string] => ['o', id]))}`;
}

/** Why somebody could not be reached, in terms a secretary can act on; the words are in content/labels.yaml. */
export const failureReasons = [
  'not-in-range',
  'no-licence',
  'unknown-account',
  'no-account',
  'blocked-text',
  'bad-request',
  'door-misconfigured',
  'never-wrote',
  'gave-up',
  'expired',
] as const;
export type FailureReason = (typeof failureReasons)[number];

/** Replies and what a person asked for are never held back; all other kinds are pushes and keep to quiet hours. */
export function isPush(kind: MessageKind): boolean {
  return kind !== 'reply' && kind !== 'urgent';
}
