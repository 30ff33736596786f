// `zhibu bench …`: each figure beside its floor, measured in the same run.

import type { BenchFigures } from '../rehearsal/bench-turn.ts';

export const benches = ['turn', 'broadcast', 'digest', 'start'] as const;
export type BenchName = (typeof benches)[number];

/** Prints one JSON object with `json`, else a few lines. */
export async function bench(name: BenchName, { json }: { json?: boolean }): Promise<void> {
  const { figures, lines } = await measures[name]();
  console.log(json ? JSON.stringify(figures) : lines.join('\n'));
}

interface Measured {
  readonly figures: object;
  readonly lines: readonly string[];
}

const measures: Readonly<Record<BenchName, () => Promise<Measured>>> = {
  async turn() {
    const { benchTurn } = await import('../rehearsal/bench-turn.ts');
    const figures = await benchTurn();
    const line = (name: string, side: BenchFigures) =>
      `${name}  每秒 ${side.rps} 条  中位 ${side.p50_ms} 毫秒  99% ${side.p99_ms} 毫秒  内存 ${side.rss_mb} MB`;
    return {
      figures,
      lines: [
        line('服务（提交后回答）', figures.server),
        line('底线（没有数据库）', figures.floor),
        `比值 ${figures.ratio}`,
      ],
    };
  },
  async broadcast() {
    const { benchBroadcast } = await import('../rehearsal/bench-broadcast.ts');
    const figures = await benchBroadcast();
    return {
      figures,
      lines: [
        `${figures.people} 人，${figures.calls} 次调用，每次 200 毫秒`,
        `我们  ${figures.ours.milliseconds} 毫秒，每秒 ${figures.ours.per_second} 人`,
        `底线（只有调用）  ${figures.floor.milliseconds} 毫秒，每秒 ${figures.floor.per_second} 人`,
        `比值 ${figures.ratio}`,
      ],
    };
  },
  async digest() {
    const { benchDigest } = await import('../rehearsal/bench-digest.ts');
    const figures = await benchDigest();
    return {
      figures,
      lines: [`一份周报 ${figures.ours_ms} 毫秒，底线（只读这些行）${figures.floor_ms} 毫秒，比值 ${figures.ratio}`],
    };
  },
  async start() {
    const { benchStart } = await import('../rehearsal/bench-start.ts');
    const figures = await benchStart();
    return {
      figures,
      lines: [
        `第一次 ${figures.first_ms} 毫秒，再次 ${figures.again_ms} 毫秒，底线（只开 HTTP）${figures.floor_ms} 毫秒`,
      ],
    };
  },
};
