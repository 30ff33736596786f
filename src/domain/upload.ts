// What members may send in: which kinds of files, told by their first bytes, and how large. Believes no name and no header; reads nothing itself.

import type { MemberId } from './organisation.ts';
import type { Instant } from './time.ts';
import { hour, minute } from './time.ts';
import { officeType } from './zip-names.ts';

export const fileKinds = ['picture', 'sound', 'document'] as const;
export type FileKind = (typeof fileKinds)[number];

/** How platforms name what is sent. */
export type UploadMedia = 'image' | 'voice' | 'video' | 'file';

/** Something a member sent in answer to a question, before its bytes are here. */
export interface NewUpload {
  /** That of the file it becomes. */
  readonly id: string;
  readonly member: MemberId;
  readonly channel: string;
  /** How the channel fetches it. */
  readonly ref: string;
  readonly media: UploadMedia;
  readonly name: string | null;
  /** What the question takes. */
  readonly takes: readonly FileKind[];
  readonly sentAt: Instant;
}

export type RefusalReason = 'gone' | 'too-large' | 'wrong-type';

/** Most bytes of each. */
export interface UploadLimits {
  readonly picture: number;
  /** Of sounds and documents. */
  readonly file: number;
}

const megabyte = 1024 * 1024;

/** W90253 and W90254: WeCom itself takes pictures up to 10 MB and files up to 20 MB. */
export const usualLimits: UploadLimits = { picture: 10 * megabyte, file: 20 * megabyte };

/** How long a file that belongs to nothing yet is kept: as long as a conversation stays open at most. */
export const looseFileLife = 24 * hour;

/** How long fetching is tried, in milliseconds: the AI bot's addresses live five minutes (W100719), and nobody waits longer than two hours elsewhere. */
export function fetchableFor(channel: string): number {
  return channel === 'wecom-bot' ? 5 * minute : 2 * hour;
}

/** Milliseconds until the next try, for what was sent so long ago: quick while an address of five minutes lives, then slower. */
export function nextFetchAfter(age: number): number {
  if (age < 10_000) return 1000;
  if (age < minute) return 5000;
  return age < 5 * minute ? 15_000 : 2 * minute;
}

export interface KnownType {
  readonly kind: FileKind;
  /** Media type. */
  readonly type: string;
  /** Endings of names, the usual one first. */
  readonly endings: readonly [string, ...string[]];
}

/** What it really is; undefined = nothing that is taken (programs, archives, pages, films, anything unknown). */
export function knownType(bytes: Buffer, name: string | null): KnownType | undefined {
  const found = bySignature.find(({ is }) => is(bytes));
  if (found) return found;
  const office = officeType(bytes);
  if (office) return officeTypes[office];
  return isPlainText(bytes, name) ? text : undefined;
}

export type Verdict =
  | { readonly kind: 'kept'; readonly type: string; readonly name: string }
  | { readonly kind: 'refused'; readonly why: RefusalReason };

/** Whether bytes that came are what was asked for. The name gets the ending of what it really is. */
export function judgeUpload(
  { name, takes, media }: Pick<NewUpload, 'name' | 'takes' | 'media'>,
  bytes: Buffer,
  limits: UploadLimits,
): Verdict {
  if (bytes.length === 0) return { kind: 'refused', why: 'gone' };
  const known = knownType(bytes, name);
  if (!known || !takes.includes(known.kind)) return { kind: 'refused', why: 'wrong-type' };
  if (bytes.length > (known.kind === 'picture' ? limits.picture : limits.file))
    return { kind: 'refused', why: 'too-large' };
  return { kind: 'kept', type: known.type, name: nameFor(name, media, known) };
}

/** What the member is told; only when it did not go well. */
export function sayRefusal(why: RefusalReason, takes: readonly FileKind[], limits: UploadLimits): string {
  if (why === 'gone') return '文件没有取到，请再发一次。';
  if (why === 'too-large')
    return `文件太大了，没有收下。照片最多${inMegabytes(limits.picture)}MB，录音和文件最多${inMegabytes(limits.file)}MB，请变小一点再发。`;
  const words = takes.map((kind) => kindWords[kind]).join('，或者');
  return `这种文件不能收，没有保存。可以发${words}。`;
}

const kindWords: Readonly<Record<FileKind, string>> = {
  picture: '照片（jpg、png、webp）',
  sound: '语音或录音（amr、mp3、m4a、wav）',
  document: '文档（pdf、docx、xlsx、pptx、txt）',
};

const mediaWords: Readonly<Record<FileKind, string>> = { picture: '照片', sound: '语音', document: '文件' };

function inMegabytes(bytes: number): number {
  return Math.round(bytes / megabyte);
}

type Signature = KnownType & { readonly is: (bytes: Buffer) => boolean };

const startsWith =
  (...beginnings: readonly string[]) =>
  (bytes: Buffer) =>
    beginnings.some((one) => bytes.subarray(0, one.length).toString('latin1') === one);

const riff = (form: string) => (bytes: Buffer) =>
  startsWith('RIFF')(bytes) && bytes.subarray(8, 12).toString('latin1') === form;

/** By the formats' own specifications. */
const bySignature: readonly Signature[] = [
  { kind: 'picture', type: 'image/jpeg', endings: ['jpg', 'jpeg'], is: startsWith('\xff\xd8\xff') },
  { kind: 'picture', type: 'image/png', endings: ['png'], is: startsWith('\x89PNG\r\n\x1a\n') },
  { kind: 'picture', type: 'image/webp', endings: ['webp'], is: riff('WEBP') },
  { kind: 'sound', type: 'audio/amr', endings: ['amr'], is: startsWith('#!AMR\n', '#!AMR-WB\n') },
  { kind: 'sound', type: 'audio/silk', endings: ['silk'], is: startsWith('#!SILK', '\x02#!SILK') },
  { kind: 'sound', type: 'audio/wav', endings: ['wav'], is: riff('WAVE') },
  { kind: 'sound', type: 'audio/mpeg', endings: ['mp3'], is: isMp3 },
  { kind: 'sound', type: 'audio/mp4', endings: ['m4a'], is: isSoundOnlyMp4 },
  { kind: 'document', type: 'application/pdf', endings: ['pdf'], is: startsWith('%PDF-') },
];

const office = 'application/vnd.openxmlformats-officedocument';
const officeTypes = {
  docx: { kind: 'document', type: `${office}.wordprocessingml.document`, endings: ['docx'] },
  xlsx: { kind: 'document', type: `${office}.spreadsheetml.sheet`, endings: ['xlsx'] },
  pptx: { kind: 'document', type: `${office}.presentationml.presentation`, endings: ['pptx'] },
} as const satisfies Record<string, KnownType>;

const text: KnownType = { kind: 'document', type: 'text/plain', endings: ['txt'] };

/** An ID3 tag, or a frame of layer III. */
function isMp3(bytes: Buffer): boolean {
  if (startsWith('ID3')(bytes)) return true;
  return bytes.length > 3 && bytes[0] === 0xff && (bytes[1]! & 0xe6) === 0xe2 && (bytes[2]! & 0xf0) !== 0xf0;
}

/** An MP4 file that has a sound track and no film: telephones name the container in many ways. */
function isSoundOnlyMp4(bytes: Buffer): boolean {
  if (bytes.subarray(4, 8).toString('latin1') !== 'ftyp') return false;
  const tracks: string[] = [];
  for (let at = bytes.indexOf('hdlr'); at !== -1; at = bytes.indexOf('hdlr', at + 4))
    tracks.push(bytes.subarray(at + 12, at + 16).toString('latin1'));
  return tracks.includes('soun') && !tracks.includes('vide');
}

/** Text in UTF-8 or in the older Chinese encoding, named as text: a script is text too, so another ending is refused. */
function isPlainText(bytes: Buffer, name: string | null): boolean {
  const ending = endingOf(name);
  if (ending !== undefined && ending !== 'txt') return false;
  if (startsWith('#!', '<?', '<!', '<html', '<script', '<svg', '\xff\xfe', '\xfe\xff')(bytes)) return false;
  // Bytes that no text holds.
  if (bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return false;
  return ['utf-8', 'gb18030'].some((encoding) => {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return true;
    } catch {
      return false;
    }
  });
}

function endingOf(name: string | null): string | undefined {
  return /\.([A-Za-z0-9]{1,8})$/.exec(name ?? '')?.[1]?.toLowerCase();
}

/** A name that is safe to save under: no folder, nothing a file system obeys, the ending of what it is. */
function nameFor(given: string | null, media: UploadMedia, known: KnownType): string {
  const plain = (given ?? '')
    .replace(/^.*[/\\]/, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are taken out.
    .replace(/[\u0000-\u001f\u007f<>:"|?*\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
  const ending = endingOf(plain);
  const base = (ending === undefined ? plain : plain.slice(0, -ending.length - 1)).replace(/^\.+/, '').slice(0, 80);
  const usual = media === 'file' ? mediaWords[known.kind] : mediaWords[mediaKind[media]];
  const kept = ending !== undefined && known.endings.includes(ending) ? ending : known.endings[0];
  return `${base || usual}.${kept}`;
}

const mediaKind = { image: 'picture', voice: 'sound', video: 'document' } as const;
