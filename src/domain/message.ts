// What is said to people, before any door gives it its shape, and why somebody was not reached.

export const messageKinds = ['reply', 'notice', 'reminder', 'study', 'broadcast', 'digest', 'urgent'] as const;
export type MessageKind = (typeof messageKinds)[number];

export interface Button {
  /** What the person sees, at most 10 characters. Saying the label means the same as tapping it. */
  readonly label: string;
  readonly data: string;
}

/** A message as the product means it. */
export interface Draft {
  /** Shown larger where the door has cards. */
  readonly title?: string;
  readonly text: string;
  readonly buttons?: readonly Button[];
  readonly link?: { readonly label: string; readonly url: string };
  /** A file of our own, by its id in the store. */
  readonly file?: { readonly id: string; readonly name: string };
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
