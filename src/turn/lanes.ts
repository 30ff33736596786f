// Gathers what is waiting into batches: at most one item of a key in work at any time, in order. Knows nothing of messages.

interface Lanes<Item, Result> {
  readonly keyOf: (item: Item) => string;
  /** The order of items that wait together. */
  readonly compare: (a: Item, b: Item) => number;
  /** One result per item, in order; an Error rejects that item alone. Must not throw. */
  readonly work: (batch: readonly Item[]) => Promise<readonly (Result | Error)[]>;
}

/** 128: measured 3–4 times the throughput of one transaction each; more brings nothing (architecture probe §4). */
const mostInBatch = 128;
/** Two lanes keep the database busy while the other batch is computed; four brought nothing (same place). */
const laneCount = 2;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly key: string;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** `add` resolves when the batch that held the item is done. */
export function makeLanes<Item, Result>({
  keyOf,
  compare,
  work,
}: Lanes<Item, Result>): { add(item: Item): Promise<Result> } {
  let waiting: Waiting<Item, Result>[] = [];
  const inWork = new Set<string>();
  let busy = 0;
  let scheduled = false;

  function add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      waiting.push({ item, key: keyOf(item), resolve, reject });
      schedule();
    });
  }

  /** What arrives in the same tick of the event loop goes together. */
  function schedule(): void {
    if (scheduled || busy >= laneCount) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      void runBatch();
    });
  }

  async function runBatch(): Promise<void> {
    const batch = take();
    if (batch.length === 0) return;
    busy += 1;
    if (waiting.length > 0) schedule();
    try {
      const results = await work(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index]!;
        if (result instanceof Error) reject(result);
        else resolve(result);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error as Error);
    } finally {
      for (const { key } of batch) inWork.delete(key);
      busy -= 1;
      if (waiting.length > 0) schedule();
    }
  }

  function take(): Waiting<Item, Result>[] {
    waiting.sort((a, b) => compare(a.item, b.item));
    const batch: Waiting<Item, Result>[] = [];
    const rest: Waiting<Item, Result>[] = [];
    for (const entry of waiting) {
      if (batch.length < mostInBatch && !inWork.has(entry.key)) {
        inWork.add(entry.key);
        batch.push(entry);
      } else rest.push(entry);
    }
    waiting = rest;
    return batch;
  }

  return { add };
}
