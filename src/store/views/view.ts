// What a view is: something a flow may know, loaded inside the turn's transaction before the step.

import type pg from 'pg';
import type { Member, Unit } from '../../domain/organisation.ts';
import type { Instant } from '../../domain/time.ts';
import type { Library } from '../../library/library.ts';
import type { FieldCipher } from '../field-cipher.ts';
import type { Units } from '../units.ts';

export interface ViewContext {
  readonly client: pg.ClientBase | pg.Pool;
  readonly library: Library;
  readonly units: Units;
  /** The doors that are open now. */
  readonly channels: readonly string[];
  readonly unit: Unit;
  readonly member: Member;
  readonly now: Instant;
  /** Where this installation's pages are reached, without a slash at the end; absent where nobody has said. */
  readonly address?: string | undefined;
  /** Opens what was said in confidence, for those who may read it. */
  readonly cipher: FieldCipher;
}

/** `argument` is what stands behind the slash in `needs: [entries/visit]`; empty for most. */
export type View = (context: ViewContext, argument: string) => Promise<unknown>;
