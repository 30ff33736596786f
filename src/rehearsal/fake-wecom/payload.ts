// What WeCom checks inside a message before it takes it. Knows nothing of recipients.

import { dayLength } from '../../domain/time.ts';
import { type FakeAnswer, refusal } from './answers.ts';
import { checkCard } from './cards.ts';
import type { World } from './world.ts';

export type Checked = { readonly text: string } | { readonly refused: FakeAnswer };

type Fields = Readonly<Record<string, unknown>>;

/** Checks the part of a message that belongs to its type; `text` is what a member reads in it, cut where it is. A robot's rules differ (W91770). */
export function checkPayload(world: World, msgtype: string, message: Fields, isRobot = false): Checked {
  const part = message[msgtype];
  const fields: Fields = part !== null && typeof part === 'object' ? (part as Fields) : {};
  switch (msgtype) {
    case 'text':
      return checkText(world, string(fields.content), 2048);
    case 'markdown':
      return checkText(world, string(fields.content), isRobot ? 4096 : 2048);
    case 'markdown_v2':
      return isRobot ? checkText(world, string(fields.content), 4096) : no(40008, 'invalid message type');
    case 'textcard':
      if (!/^https?:\/\//.test(string(fields.url))) return no(45034, 'invalid url');
      if (!string(fields.title)) return no(44004, 'empty content');
      return {
        text: [cut(string(fields.title), 128), cut(string(fields.description), 512).replaceAll('<br>', '\n')].join(
          '\n',
        ),
      };
    case 'news':
    case 'mpnews':
      return checkArticles(msgtype, fields.articles, message.safe);
    case 'image':
    case 'voice':
    case 'video':
    case 'file': {
      const media = world.media.get(string(fields.media_id));
      if (!media || media.kind !== msgtype || media.at + 3 * dayLength < world.now())
        return no(40007, 'invalid media_id');
      return { text: `[${media.filename}]` };
    }
    case 'template_card':
      return checkCard(world, fields);
    case 'miniprogram_notice':
      return { text: string(fields.title) };
    default:
      return no(40008, 'invalid message type');
  }
}

/** At most `limit` bytes of UTF-8, in whole characters. */
export function cut(text: string, limit: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > limit) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

function checkText(world: World, content: string, most: number): Checked {
  if (content === '') return no(44004, 'empty content');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are refused
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(content)) return no(40033, 'invalid charset');
  if (content.includes('sensitive-word')) return no(40201, 'content blocked');
  if (Buffer.byteLength(content) > most && world.switches.longText === 'refuse')
    return no(45002, 'content size out of limit');
  return { text: cut(content, most) };
}

function checkArticles(msgtype: string, articles: unknown, safe: unknown): Checked {
  if (!Array.isArray(articles) || articles.length < 1 || articles.length > 8)
    return no(45008, 'article count out of limit');
  const titles: string[] = [];
  for (const article of articles as Fields[]) {
    if (msgtype === 'news') {
      if (safe === 1) return no(40074, 'news message can not be safe');
      if (!article.appid && !/^https?:\/\//.test(string(article.url))) return no(45034, 'invalid url');
    }
    titles.push(cut(string(article.title), 128));
  }
  return { text: titles.join('\n') };
}

function no(errcode: number, text: string): Checked {
  return { refused: refusal(errcode, text) };
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
