// Reads an organisation from a file: a roster as secretaries keep it (.xlsx) or a whole organisation (.yaml). Touches no database;
// what a read file changes is worked out by `planImport`.

import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { RosterImport, RosterProblem } from '../../domain/roster.ts';
import { readOrganisationYaml } from './organisation-yaml.ts';
import type { RosterOptions } from './read-roster.ts';
import { readRoster } from './read-roster.ts';
import { readSheets } from './read-sheets.ts';
import { xlsxLimits } from './unpack-xlsx.ts';

/** A file that was read in full, with notes for the operator, or everything that is wrong with it; never a half of it. */
export type OrganisationRead =
  | { readonly kind: 'read'; readonly organisation: RosterImport; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly problems: readonly RosterProblem[] };

/** Reads `file` by its extension. Never throws for a bad file. */
export async function readOrganisation(file: string, options: RosterOptions): Promise<OrganisationRead> {
  const bytes = await readBounded(file);
  if (typeof bytes === 'string') return refused(bytes);
  switch (extname(file).toLowerCase()) {
    case '.yaml':
    case '.yml':
      return readOrganisationYaml(file, bytes.toString('utf8'), options);
    case '.xlsx':
    case '.xlsm':
      return readWorkbook(bytes, options);
    case '.xls':
    case '.et':
    case '.csv':
    case '.ods':
      return refused(`请用 Excel 或 WPS 打开 ${basename(file)}，另存为 .xlsx 再导入`);
    default:
      return refused(`${basename(file)} 不是名册：只能导入 .xlsx 表格或 .yaml 文件`);
  }
}

async function readWorkbook(bytes: Buffer, options: RosterOptions): Promise<OrganisationRead> {
  const read = await readSheets(bytes);
  if (read.kind === 'refused') return refused(read.message);
  const roster = readRoster(read.sheets, options);
  if (roster.kind === 'refused') return roster;
  return { kind: 'read', organisation: { source: 'xlsx', units: [], members: roster.members }, notes: roster.notes };
}

/** The bytes, or why not. The size is asked of the open file, so that nothing larger is ever read. */
async function readBounded(file: string): Promise<Buffer | string> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? `没有找到文件 ${file}，请检查路径` : `打不开文件 ${file}，请检查是否有读取权限`;
  }
  try {
    const { size } = await handle.stat();
    if (size > xlsxLimits.file) return `${basename(file)} 超过5MB，请去掉图片和多余的工作表再导入`;
    return await handle.readFile();
  } catch {
    return `读不到 ${basename(file)}，请确认它是一个文件`;
  } finally {
    await handle.close();
  }
}

function refused(message: string): OrganisationRead {
  return { kind: 'refused', problems: [{ message }] };
}
