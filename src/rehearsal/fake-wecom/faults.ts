// Trouble on demand: codes, gateway errors, broken bodies, cut connections, slowness. Decides what happens, not to whom.

import { z } from 'zod';
import type { Instant } from '../../domain/time.ts';

/** One kind of trouble for the next calls of an API (`message/send`, `gettoken` …, `*` = any). */
export const faultRequest = z.strictObject({
  api: z.string().default('*'),
  /** How many calls it hits. */
  times: z.int().min(1).default(1),
  /** Hits every call for so many seconds instead, like a used-up limit. */
  seconds: z.number().positive().optional(),
  /** Refused with this errcode, before anything is done. */
  code: z.int().optional(),
  /** Refused with this HTTP status, before anything is done. */
  status: z.int().min(400).max(599).optional(),
  /**
   * `half`: done, but only half the answer arrives. `slow`: done, but the answer hangs in the middle (30 s, or `delayMs`).
   * `tls`: done, but bytes come that are no HTTP. `html`: a gateway's page instead, nothing done.
   */
  body: z.enum(['half', 'slow', 'tls', 'html']).optional(),
  /** The connection is cut before or after it was done. */
  reset: z.enum(['before', 'after']).optional(),
  /** Nothing ever comes back, and it was done or not. */
  silence: z.enum(['before', 'after']).optional(),
  /** The answer takes so much longer. */
  delayMs: z.int().min(1).max(600_000).optional(),
});
export type Fault = z.infer<typeof faultRequest>;
export type FaultRequest = z.input<typeof faultRequest>;

export interface Faults {
  add(request: FaultRequest): void;
  /** The trouble that this call of `api` meets, if any; counts it. */
  next(api: string): Fault | undefined;
  clear(): void;
  /** What is still to come. */
  list(): readonly (Fault & { readonly left: number })[];
}

export function newFaults(now: () => Instant): Faults {
  let waiting: { readonly fault: Fault; left: number; readonly until: Instant | undefined }[] = [];
  /** Leaves out what is over. */
  const drop = () => {
    waiting = waiting.filter(({ until, left }) => (until === undefined ? left > 0 : until > now()));
  };
  return {
    add(request) {
      const fault = faultRequest.parse(request);
      const until = fault.seconds === undefined ? undefined : now() + fault.seconds * 1000;
      waiting.push({ fault, left: fault.times, until });
    },
    next(api) {
      drop();
      const hit = waiting.find((entry) => entry.fault.api === '*' || entry.fault.api === api);
      if (hit) hit.left -= 1;
      return hit?.fault;
    },
    clear() {
      waiting = [];
    },
    list() {
      drop();
      return waiting.map(({ fault, left }) => ({ ...fault, left }));
    },
  };
}
