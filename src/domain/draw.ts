// A draw that anybody can repeat: which units are visited follows from the day and their names alone. Pure.

import { createHash } from 'node:crypto';

/** `count` of these, in an order that follows from `seed` and each one's id; the same for everybody, so that nobody can be suspected of choosing. */
export function drawOf<T extends { readonly id: string }>(from: readonly T[], count: number, seed: string): T[] {
  const ticket = ({ id }: T) => createHash('sha256').update(`${seed}/${id}`).digest('hex');
  return [...from].sort((a, b) => (ticket(a) < ticket(b) ? -1 : 1)).slice(0, count);
}
