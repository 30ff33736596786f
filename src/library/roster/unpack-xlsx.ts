// Opens an .xlsx as the ZIP it is, within fixed limits that do not trust what the file says about itself. Never parses the XML.

import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);
const megabyte = 1024 * 1024;

/** A roster of 20,000 rows has 1–2 MB; a 5 MB archive can hold 5 GB of zeros, hence the other limits. */
export const xlsxLimits = { file: 5 * megabyte, unpacked: 50 * megabyte, entries: 1000 };

export type Unpacked =
  | { readonly kind: 'unpacked'; readonly parts: ReadonlyMap<string, Buffer> }
  | { readonly kind: 'refused'; readonly message: string };

const notXlsx = '这不是 Excel 表格（.xlsx），请用 Excel 或 WPS 打开后另存为 .xlsx 再导入';
const damaged = '表格文件损坏了，请用 Excel 或 WPS 打开后另存一份再导入';
const tooLarge = '表格展开后太大，请新建一张表，只粘贴名册的内容再导入';

/** The XML parts of the archive, unpacked; pictures and the like are left out. Refusals say in one Chinese line what to do. */
export async function unpackXlsx(bytes: Buffer): Promise<Unpacked> {
  if (bytes.length > xlsxLimits.file) return refused('表格超过5MB，请去掉图片和多余的工作表再导入');
  if (bytes.length > 8 && bytes.readUInt32BE(0) === 0xd0cf11e0) return refused(sayCompoundFile(bytes));
  if (bytes.length < 22 || bytes.readUInt32LE(0) !== 0x04034b50) return refused(notXlsx);
  const entries = listEntries(bytes);
  if (entries === undefined) return refused(damaged);
  if (entries.length > xlsxLimits.entries) return refused(tooLarge);
  if (entries.some((entry) => entry.encrypted)) return refused('表格设了密码，请去掉密码再导入');
  if (!entries.some((entry) => entry.name === 'xl/workbook.xml')) return refused(notXlsx);
  if (entries.reduce((sum, entry) => sum + entry.size, 0) > xlsxLimits.unpacked) return refused(tooLarge);
  const parts = new Map<string, Buffer>();
  let left = xlsxLimits.unpacked;
  for (const entry of entries.filter((one) => /\.(xml|rels)$/i.test(one.name))) {
    const content = await unpackEntry(bytes, entry, left);
    if (typeof content === 'string') return refused(content);
    left -= content.length;
    parts.set(entry.name, content);
  }
  return { kind: 'unpacked', parts };
}

/** The parts as an archive without compression: what a reader gets has the size that was measured, whatever the first archive claimed. */
export function packPlain(parts: ReadonlyMap<string, Buffer>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of parts) {
    const name = Buffer.from(path);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(0x0800, 6);
    local.writeUInt32LE(content.length, 18);
    local.writeUInt32LE(content.length, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    local.copy(central, 6, 4, 30);
    central.writeUInt32LE(offset, 42);
    files.push(local, name, content);
    directory.push(central, name);
    offset += local.length + name.length + content.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.size, 8);
  end.writeUInt16LE(parts.size, 10);
  end.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, ...directory, end]);
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

/** The central directory (APPNOTE 4.3.12, 4.3.16); undefined when it is broken. ZIP64 has no place in 5 MB and counts as broken. */
function listEntries(bytes: Buffer): Entry[] | undefined {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || end + 22 > bytes.length) return undefined;
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== 0x02014b50) return undefined;
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({
      // Some Windows writers use backslashes, against the specification.
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength).replaceAll('\\', '/'),
      method: bytes.readUInt16LE(at + 10),
      encrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
      packedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

async function unpackEntry(bytes: Buffer, entry: Entry, limit: number): Promise<Buffer | string> {
  if (entry.offset + 30 > bytes.length || bytes.readUInt32LE(entry.offset) !== 0x04034b50) return damaged;
  const start = entry.offset + 30 + bytes.readUInt16LE(entry.offset + 26) + bytes.readUInt16LE(entry.offset + 28);
  if (start + entry.packedSize > bytes.length) return damaged;
  const packed = bytes.subarray(start, start + entry.packedSize);
  if (entry.method === 0) return packed.length > limit ? tooLarge : packed;
  if (entry.method !== 8) return damaged;
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, limit) });
  } catch (error) {
    return error instanceof RangeError ? tooLarge : damaged;
  }
}

/** An OLE compound file is an old .xls, or an .xlsx wrapped with a password (MS-OFFCRYPTO keeps it in `EncryptedPackage`). */
function sayCompoundFile(bytes: Buffer): string {
  return bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))
    ? '表格设了密码，请去掉密码再导入'
    : '这是旧版 .xls 表格，请用 Excel 或 WPS 打开后另存为 .xlsx 再导入';
}

function refused(message: string): Unpacked {
  return { kind: 'refused', message };
}
