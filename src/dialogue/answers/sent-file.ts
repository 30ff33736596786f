// Answers that are files: which of them a question takes, and how an answer holds one. Only a reference; the bytes are fetched elsewhere.

import type { FileKind, UploadMedia } from '../../domain/upload.ts';
import type { Frame, Json, Said } from '../session.ts';

/** A file as an answer. Its id is that of the file which will lie in the store. */
export interface SentFile {
  readonly ref: string;
  readonly name: string | null;
  readonly media: UploadMedia;
  /** What is heard in it, where the platform has written it down. */
  readonly says: string | null;
}

/** Where the files of this conversation are, by id; loaded whenever a conversation holds one. */
export type FileStates = Readonly<Record<string, { readonly state: 'waiting' | 'kept' | 'refused' }>>;

/** What each type of question takes. A recording or a photo may also come as a file with its ending. */
export const takenBy = {
  image: ['picture'],
  voice: ['sound'],
  file: ['document', 'picture'],
} as const satisfies Record<string, readonly FileKind[]>;

const ways = {
  image: { media: 'image', endings: /\.(?:jpe?g|png|webp)$/i },
  voice: { media: 'voice', endings: /\.(?:amr|silk|mp3|m4a|wav)$/i },
} as const;

/** The file, when this type of question takes it. A platform may name a file only when it is fetched; its bytes decide then. */
export function readFile(said: Said, type: keyof typeof takenBy): Json | undefined {
  if (said.kind !== 'upload' || said.ref === '') return undefined;
  const { ref, name, media, says = null } = said;
  const way = type === 'file' ? undefined : ways[type];
  const fits = way
    ? media === way.media || (media === 'file' && (name === null || way.endings.test(name)))
    : media === 'file' || media === 'image';
  return fits ? { ref, name, media, says } : undefined;
}

/** The file an answer holds; undefined when it holds none. */
export function fileIn(value: Json | undefined): SentFile | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { ref, media } = value;
  return typeof ref === 'string' && typeof media === 'string' ? (value as unknown as SentFile) : undefined;
}

/** True when a conversation holds a file. */
export function holdsFile({ vars }: Frame): boolean {
  return Object.values(vars).some((value) => fileIn(value) !== undefined);
}

/** True when the file an answer holds could not be had: the question stands again. */
export function isRefused(value: Json | undefined, views: Readonly<Record<string, unknown>>): boolean {
  const file = fileIn(value);
  return file !== undefined && (views.uploads as FileStates | undefined)?.[file.ref]?.state === 'refused';
}
