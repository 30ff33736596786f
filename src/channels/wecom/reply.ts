// The answer that goes back in the same exchange as a WeCom callback. Decides nothing: drafts in, envelope and leftovers out.

import type { Instant } from '../../domain/time.ts';
import type { Draft } from '../channel.ts';
import { draftAsText } from '../draft-text.ts';
import { splitText } from '../split-text.ts';
import type { CallbackCrypto } from './crypto.ts';
import { cdata } from './xml.ts';

/** Most bytes (UTF-8) of a passive text; WeCom cuts what is longer (W90241). */
export const replyLimit = 2048;

export interface Parties {
  readonly account: string;
  readonly corpId: string;
}

export interface PassiveReply {
  /** The encrypted and signed body; empty when there is nothing to say, which WeCom takes for "understood". */
  readonly body: string;
  /** What did not fit into the one text that WeCom takes, in order, for the outbox. */
  readonly rest: readonly Draft[];
}

/**
 * Seals `drafts` as one text message from the corp to `account`, a blank line between them, as many as fit.
 * `nonce` is digits of our own; it and the time are what WeCom checks the signature with.
 */
export function passiveReply(
  crypto: CallbackCrypto,
  parties: Parties,
  drafts: readonly Draft[],
  now: Instant,
  nonce: string,
): PassiveReply {
  const { said, rest } = fill(drafts);
  if (!said) return { body: '', rest };
  return { body: sealed(crypto, parties, 'text', `<Content>${cdata(said)}</Content>`, now, nonce), rest };
}

/** Seals the answer to a pressed button: the presser's card shows `words` instead of its buttons (W90241). */
export function pressedReply(
  crypto: CallbackCrypto,
  parties: Parties,
  words: string,
  now: Instant,
  nonce: string,
): string {
  const button = `<Button><ReplaceName>${cdata(words)}</ReplaceName></Button>`;
  return sealed(crypto, parties, 'update_button', button, now, nonce);
}

function sealed(
  crypto: CallbackCrypto,
  { account, corpId }: Parties,
  type: string,
  content: string,
  now: Instant,
  nonce: string,
): string {
  const seconds = String(Math.floor(now / 1000));
  const plain =
    `<xml><ToUserName>${cdata(account)}</ToUserName><FromUserName>${cdata(corpId)}</FromUserName>` +
    `<CreateTime>${seconds}</CreateTime><MsgType><![CDATA[${type}]]></MsgType>${content}</xml>`;
  const { encrypted, signature } = crypto.seal(plain, seconds, nonce);
  return (
    `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature>` +
    `<TimeStamp>${seconds}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`
  );
}

/** As many whole drafts as one message takes; only a first one that is too long by itself is cut. */
function fill(drafts: readonly Draft[]): { said: string; rest: readonly Draft[] } {
  const texts = drafts.map(draftAsText);
  let count = texts.length;
  while (count > 1 && Buffer.byteLength(joined(texts, count)) > replyLimit) count -= 1;
  const [said = '', ...cut] = splitText(joined(texts, count), replyLimit);
  return { said, rest: [...cut.map((text) => ({ text })), ...drafts.slice(count)] };
}

function joined(texts: readonly string[], count: number): string {
  return texts
    .slice(0, count)
    .filter((text) => text !== '')
    .join('\n\n');
}
