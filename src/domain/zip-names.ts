// Looks into the table of contents of a zip file, to tell an office document from any other archive. Unpacks nothing.

/** Most entries that are looked at; a document has some hundred. */
const mostEntries = 5000;

/** Which office document it is; undefined for any other archive, and for one that carries macros or programs. */
export function officeType(bytes: Buffer): 'docx' | 'xlsx' | 'pptx' | undefined {
  const names = zipNames(bytes);
  if (!names?.includes('[Content_Types].xml')) return undefined;
  if (names.some((name) => /(?:^|\/)vbaProject\.bin$|\.(?:exe|dll|bat|cmd|js|vbs|scr|com)$/i.test(name)))
    return undefined;
  if (names.includes('word/document.xml')) return 'docx';
  if (names.includes('xl/workbook.xml')) return 'xlsx';
  return names.includes('ppt/presentation.xml') ? 'pptx' : undefined;
}

/** The names in the central directory (APPNOTE 4.3.12); undefined when it is no zip file or not a whole one. */
export function zipNames(bytes: Buffer): string[] | undefined {
  if (bytes.length < 22 || bytes.readUInt32LE(0) !== 0x04034b50) return undefined;
  // The end record stands last; a comment of at most 64 KB may follow it.
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end === -1 || end + 22 > bytes.length || bytes.length - end > 22 + 65_535) return undefined;
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if (count > mostEntries) return undefined;
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== 0x02014b50) return undefined;
    const length = bytes.readUInt16LE(at + 28);
    const next = at + 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    names.push(bytes.subarray(at + 46, at + 46 + length).toString('utf8'));
    at = next;
  }
  return names;
}
