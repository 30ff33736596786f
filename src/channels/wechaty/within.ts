// A limit for work that may never end. Knows no clock of its own.

/** Runs something later; returns how to call it off. */
export type After = (milliseconds: number, run: () => void) => () => void;

/** What the work resolves to, or `late`; the work itself goes on. */
export async function within<T>(work: Promise<T>, milliseconds: number, after: After): Promise<T | 'late'> {
  let callOff = (): void => {};
  const late = new Promise<'late'>((resolve) => {
    callOff = after(milliseconds, () => resolve('late'));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    callOff();
  }
}
