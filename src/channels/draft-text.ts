// A message in plain text, for doors without cards and for answers in the same exchange. Adds no words but those a reader needs to answer.

import type { Draft } from '../domain/message.ts';

/**
 * Title, text, link and file name below one another, and what may be answered in the last line: `回复：对 / 不对 / 取消`.
 * A button without its card is answered by saying its label.
 */
export function draftAsText(draft: Draft): string {
  const lines = [draft.title, draft.text];
  if (draft.link) lines.push(`${draft.link.label}：${draft.link.url}`);
  if (draft.file) lines.push(`附件：${draft.file.name}`);
  if (draft.buttons?.length) lines.push(`回复：${draft.buttons.map((button) => button.label).join(' / ')}`);
  return lines.filter((line) => line !== undefined && line.trim() !== '').join('\n');
}
