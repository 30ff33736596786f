// Takes in the bytes of a file that somebody sent, as long as the puppet still has them. Never looks inside.

import type { FileBox } from 'file-box';
import type { Message } from 'wechaty';
import { cleanText } from '../channel.ts';
import { type After, within } from './within.ts';

export interface ReceivedFile {
  /** The message that brought it. */
  readonly messageId: string;
  readonly name: string;
  /** As WeChat states it; nobody believes it. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** What is larger is not taken in: WeCom's own limit for files. */
export const largestFile = 20 * 1024 * 1024;

const patience = 60_000;

/** Undefined = there is none any more, it is too large, or it does not come in time. */
export async function receivedFile(message: Message, after: After): Promise<ReceivedFile | undefined> {
  try {
    const box = (await message.toFileBox()) as FileBox;
    const bytes = await within(bytesOf(box), patience, after);
    if (!bytes || bytes === 'late') return undefined;
    return { messageId: message.id, name: cleanText(box.name), type: box.mediaType, bytes };
  } catch {
    return undefined;
  }
}

async function bytesOf(box: FileBox): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of await box.toStream()) {
    const bytes = Buffer.from(piece as Uint8Array);
    size += bytes.length;
    // Leaving the loop ends the stream.
    if (size > largestFile) return undefined;
    pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}
