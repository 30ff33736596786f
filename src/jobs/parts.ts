// What every job is given. Jobs never read a clock or the environment themselves.

import type pg from 'pg';
import type { Logger } from 'pino';
import type { Channel } from '../channels/channel.ts';
import type { Instant } from '../domain/time.ts';
import type { UploadLimits } from '../domain/upload.ts';
import type { Library } from '../library/library.ts';
import type { FieldCipher } from '../store/field-cipher.ts';
import type { DoorList } from '../store/outbox-rows.ts';
import type { UnitsCache } from '../store/units.ts';

export interface JobParts {
  readonly pool: pg.Pool;
  readonly library: Library;
  readonly units: UnitsCache;
  readonly doors: DoorList;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: () => Instant;
  readonly log: Logger;
  /** Seals and opens what members wrote in confidence. */
  readonly cipher: FieldCipher;
  /** Most bytes of what is sent in; absent = the usual ones. */
  readonly uploadLimits?: UploadLimits;
}
