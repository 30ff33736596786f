// A card of WeCom's as the member sees it: title, text, rows, and what can be pressed or ticked. Presses nothing.

import type { NoticeCard, TapCard } from '../channels/wecom/card.ts';
import { type Draft, ticked } from '../domain/message.ts';

/** The message behind a card. What is pressed comes back as the doors read it: a list's choice as the option behind the list's key. */
export function shownCard(card: TapCard | NoticeCard): Draft {
  const { title } = card.main_title;
  if (card.card_type === 'vote_interaction') {
    const { option_list, mode } = card.checkbox;
    const { text: label, key } = card.submit_button;
    const text = card.main_title.desc ?? '';
    if (mode === 0)
      return { title, text, buttons: option_list.map((one) => ({ label: one.text, data: ticked(key, [one.id]) })) };
    const options = option_list.map((one) => ({ id: one.id, label: one.text }));
    return { title, text, checklist: { options, submit: { label, data: key } } };
  }
  const rows = (card.horizontal_content_list ?? []).map(({ keyname, value }) => ({ label: keyname, value }));
  const text = [card.main_title.desc, card.sub_title_text].filter(Boolean).join('\n');
  const said = { title, text, ...(rows.length > 0 ? { rows } : {}) };
  if (card.card_type === 'text_notice') {
    const [jump] = card.jump_list;
    return { ...said, ...(jump ? { link: { label: jump.title, url: jump.url } } : {}) };
  }
  const buttons = card.button_list.flatMap((one) => (one.type === 0 ? [{ label: one.text, data: one.key }] : []));
  const link = card.button_list.find((one) => one.type === 1);
  return { ...said, buttons, ...(link ? { link: { label: link.text, url: link.url } } : {}) };
}

/** What a member did to bring this back: pressed the button with this key, or handed a list in with these ticked. */
export function pressOf(data: string): { readonly key: string; readonly options?: readonly string[] } {
  const list = /^(v|m:\d+:[\w-]+)(?:\?(.*))?$/s.exec(data);
  return list ? { key: list[1]!, options: new URLSearchParams(list[2] ?? '').getAll('o') } : { key: data };
}
