// Turns the bytes of an .xlsx into plain grids of cells, in a thread of its own that may not grow or run for ever. Decides nothing about rosters.

import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { fillMergedDown } from './merged-cells.ts';
import type { Sheet } from './sheet.ts';
import { packPlain, unpackXlsx } from './unpack-xlsx.ts';

export type Sheets =
  | { readonly kind: 'sheets'; readonly sheets: readonly Sheet[] }
  | { readonly kind: 'refused'; readonly message: string };

const timeLimit = 30_000;
/** Measured (Node 20): 20,000 rows of 20 columns take the whole process, this thread included, to 320 MB. */
const memoryLimitMb = 512;

/** Plain JavaScript handed over as text, so that it runs the same from sources and from the build. */
const thread = `
const { parentPort, workerData } = require('node:worker_threads');
const { default: read } = require(workerData.reader);
read(Buffer.from(workerData.bytes)).then(
  (sheets) => parentPort.postMessage(sheets),
  () => parentPort.postMessage(null),
);`;

const answer = z
  .array(
    z.object({
      sheet: z.string(),
      data: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.date(), z.null()]))),
    }),
  )
  .nullable();

const unreadable = '读不懂这个表格，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入';
const tooMuch = '表格太大，请新建一张表，只粘贴名册的内容再导入';

/** All sheets of the workbook in order. Refusals say in one Chinese line what to do. */
export async function readSheets(bytes: Buffer): Promise<Sheets> {
  const unpacked = await unpackXlsx(bytes);
  if (unpacked.kind === 'refused') return unpacked;
  const parsed = await parseApart(packPlain(unpacked.parts));
  if (parsed.kind === 'refused') return parsed;
  return { kind: 'sheets', sheets: fillMergedDown(parsed.sheets, unpacked.parts) };
}

function parseApart(bytes: Buffer): Promise<Sheets> {
  const reader = createRequire(import.meta.url).resolve('read-excel-file/node');
  return new Promise((resolve) => {
    const worker = new Worker(thread, {
      eval: true,
      workerData: { reader, bytes },
      resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
      stdout: true,
      stderr: true,
    });
    const timer = setTimeout(() => finish(tooMuch), timeLimit);
    const finish = (outcome: readonly Sheet[] | string) => {
      clearTimeout(timer);
      resolve(
        typeof outcome === 'string' ? { kind: 'refused', message: outcome } : { kind: 'sheets', sheets: outcome },
      );
      worker.terminate().catch(() => undefined);
    };
    worker.on('message', (message: unknown) => {
      const sheets = answer.safeParse(message);
      finish(
        sheets.success && sheets.data !== null
          ? sheets.data.map(({ sheet, data }) => ({ name: sheet, rows: data }))
          : unreadable,
      );
    });
    worker.on('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch : unreadable),
    );
    worker.on('exit', () => finish(unreadable));
  });
}
