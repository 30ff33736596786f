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
  /** `half`: done, but only half the answer arrives. `html`: a gateway's page instead, nothing done. */
  body: z.enum(['half', 'html']).optional(),
  /** The connection is cut before or after it was done. */
  reset: z.enum(['before', 'after']).optional(),
  delayMs: z.int().min(1).optional(),
});
export type Fault = z.infer<typeof faultRequest>;
export type FaultRequest = z.input<typeof faultRequest>;

export interface Faults {
  add(request: FaultRequest): void;
  /** The trouble that this call of `api` meets, if any; counts it. */
  next(api: string): Fault | undefined;
  clear(): void;
}

export function newFaults(now: () => Instant): Faults {
  let waiting: { readonly fault: Fault; left: number; readonly until: Instant | undefined }[] = [];
  return {
    add(request) {
      const fault = faultRequest.parse(request);
      const until = fault.seconds === undefined ? undefined : now() + fault.seconds * 1000;
      waiting.push({ fault, left: fault.times, until });
    },
    next(api) {
      waiting = waiting.filter((entry) => (entry.until === undefined ? entry.left > 0 : entry.until > now()));
      const hit = waiting.find((entry) => entry.fault.api === '*' || entry.fault.api === api);
      if (hit) hit.left -= 1;
      return hit?.fault;
    },
    clear() {
      waiting = [];
    },
  };
}
