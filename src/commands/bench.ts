// `zhibu bench …`: each figure beside its floor, measured in the same run.

import { benchTurn } from '../rehearsal/bench-turn.ts';

/** Prints one JSON object with `--json`, else a few lines. */
export async function bench(what: string, { json }: { json?: boolean }): Promise<void> {
  if (what !== 'turn') throw new Error(what);
  const result = await benchTurn();
  if (json) return console.log(JSON.stringify(result));
  const line = (name: string, side: typeof result.server) =>
    `${name}  每秒 ${side.rps} 条  中位 ${side.p50_ms} 毫秒  99% ${side.p99_ms} 毫秒  内存 ${side.rss_mb} MB`;
  console.log(
    `${line('服务（提交后回答）', result.server)}\n${line('底线（没有数据库）', result.floor)}\n比值 ${result.ratio}`,
  );
}
