// Leaves out of a message what a screen would obey instead of show. Never changes anything else.

import type { Draft } from '../domain/message.ts';
import { cleanText } from './channel.ts';

/** A draft without control characters (tab and line break stay), lone surrogates and NUL: escape sequences would steer a terminal. */
export function withoutControls(draft: Draft): Draft {
  return JSON.parse(
    JSON.stringify(draft, (_key, value) => (typeof value === 'string' ? plain(value) : value)),
  ) as Draft;
}

function plain(text: string): string {
  return cleanText(text).replace(/[^\P{Cc}\t\n]/gu, '');
}
