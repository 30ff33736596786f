// The lock under which one person's conversations change: one writer at a time, in whichever process.

/** SQL for the key of the lock; `member` is a column or parameter that holds the member's id. */
export function personLock(member: string): string {
  return `hashtextextended('person ' || ${member}, 0)`;
}
