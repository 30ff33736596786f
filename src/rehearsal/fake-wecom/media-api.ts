// `media/upload` and `media/get`: files that live for three days.

import { dayLength } from '../../domain/time.ts';
import { done, type FakeAnswer, refusal } from './answers.ts';
import type { FileAnswer } from './trouble.ts';
import { opaqueId, type World } from './world.ts';

const megabyte = 1024 * 1024;

/** W90253: most bytes of each kind. */
const largest: Readonly<Record<string, number>> = {
  image: 10 * megabyte,
  voice: 2 * megabyte,
  video: 10 * megabyte,
  file: 20 * megabyte,
};

/** `POST media/upload?type=` with the file in the multipart field `media`. */
export async function uploadMedia(
  world: World,
  kind: string | undefined,
  contentType: string,
  body: Buffer,
  robot?: string,
): Promise<FakeAnswer> {
  const limit = largest[kind ?? ''];
  if (kind === undefined || limit === undefined) return refusal(40004, 'invalid media type');
  const file = await fileIn(contentType, body);
  if (!file) return refusal(world.switches.namelessMedia, 'empty media data');
  const bytes = Buffer.from(await file.arrayBuffer());
  if (bytes.length <= 5) return refusal(40006, 'invalid media size');
  if (bytes.length > limit) return refusal(45001, 'media size out of limit');
  if (kind === 'image' && !isPicture(bytes)) return refusal(40123, 'invalid image format');
  if (kind === 'voice' && !bytes.subarray(0, 5).equals(Buffer.from('#!AMR')))
    return refusal(301017, 'voice is not amr');
  const id = opaqueId();
  world.media.set(id, {
    kind,
    bytes,
    filename: file.name,
    contentType: file.type || 'application/octet-stream',
    at: world.now(),
    ...(robot === undefined ? {} : { robot }),
  });
  return done({ type: kind, media_id: id, created_at: String(Math.floor(world.now() / 1000)) });
}

/** `GET media/get?media_id=`, whole or the part that a `Range` names. Above 20 MB only in parts (W90254). */
export function findMedia(world: World, id: string | undefined, range?: string): FileAnswer | FakeAnswer {
  const media = world.media.get(id ?? '');
  if (!media || media.at + 3 * dayLength < world.now()) return refusal(40007, 'invalid media_id');
  const { bytes, contentType, filename } = media;
  const of = bytes.length;
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  if (!asked)
    return of > 20 * megabyte ? refusal(830002, 'file too large without range') : { bytes, contentType, filename };
  const first = Number(asked[1]);
  const last = Math.min(asked[2] ? Number(asked[2]) : of - 1, of - 1);
  return { bytes: bytes.subarray(first, last + 1), contentType, filename, part: { first, last, of } };
}

async function fileIn(contentType: string, body: Buffer): Promise<File | undefined> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    const file = form.get('media');
    return file instanceof File ? file : undefined;
  } catch {
    return undefined;
  }
}

function isPicture(bytes: Buffer): boolean {
  return (
    bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])) || bytes.subarray(1, 4).equals(Buffer.from('PNG'))
  );
}
