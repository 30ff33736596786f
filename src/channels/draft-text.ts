// A message in plain text, for doors without cards and for answers in the same exchange. Adds no words but those a reader needs to answer.

import type { Checklist, Draft } from '../domain/message.ts';

/**
 * Title, text, rows, link and file name below one another, and what may be answered in the last line: `回复：对 / 不对 / 取消`.
 * A button without its card is answered by saying its label; what may be ticked is numbered.
 */
export function draftAsText(draft: Draft): string {
  const lines = [draft.title, draft.text, ...(draft.rows ?? []).map(({ label, value }) => `${label}：${value}`)];
  if (draft.link) lines.push(`${draft.link.label}：${draft.link.url}`);
  if (draft.file) lines.push(`附件：${draft.file.name}`);
  if (draft.buttons?.length) lines.push(`回复：${draft.buttons.map((button) => button.label).join(' / ')}`);
  if (draft.checklist) lines.push(...checklistLines(draft.checklist));
  return lines.filter((line) => line !== undefined && line.trim() !== '').join('\n');
}

/** So many characters of numbered options stand in one line: a list of names is not a page long. */
const lineLength = 24;

function checklistLines({ options }: Checklist): string[] {
  const lines: string[] = [];
  for (const [index, { label }] of options.entries()) {
    const entry = `${index + 1}. ${label}`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + entry.length + 2 <= lineLength)
      lines[lines.length - 1] = `${last}  ${entry}`;
    else lines.push(entry);
  }
  return [...lines, '回复序号，可以选几个，比如“1、2”；也可以回“全部”或“没有”。'];
}
