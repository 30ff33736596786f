// Writes roster files for tests, the way Excel and WPS would. Used by tests only.

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import type { OrganisationRead } from '../../../src/library/roster/read-organisation.ts';
import { readOrganisation } from '../../../src/library/roster/read-organisation.ts';

export const today = '2026-12-01';

/** A workbook of one sheet with these rows, as bytes; `finish` may merge, format or add sheets. */
export async function workbookOf(
  rows: readonly (readonly unknown[])[],
  finish?: (sheet: ExcelJS.Worksheet, workbook: ExcelJS.Workbook) => void,
): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('花名册');
  for (const row of rows) sheet.addRow([...row]);
  finish?.(sheet, workbook);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** Reads these bytes as a file of this name would be read. */
export async function readBytes(bytes: Buffer | string, name = '名册.xlsx', unit?: string): Promise<OrganisationRead> {
  const file = join(await mkdtemp(join(tmpdir(), 'zhibu-roster-')), name);
  await writeFile(file, bytes);
  return readOrganisation(file, { unit, today });
}

/** Reads a roster of these rows. */
export async function readRows(rows: readonly (readonly unknown[])[], unit?: string): Promise<OrganisationRead> {
  return readBytes(await workbookOf(rows), '名册.xlsx', unit);
}
