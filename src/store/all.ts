// Several reads on one connection at once: they travel together instead of one waiting for the other.

/** Waits for every one before the first failure is thrown, so that nobody still speaks on the connection when it is given back. */
export async function all<const T extends readonly unknown[]>(
  work: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const settled: PromiseSettledResult<unknown>[] = await Promise.allSettled(work);
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])) as unknown as T;
}
