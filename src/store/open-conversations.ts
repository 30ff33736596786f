// How many people stand at which step of which revision of a flow. Counts only; reads no answers.

import type pg from 'pg';
import type { Flow } from '../dialogue/flow.ts';
import type { Step } from '../dialogue/steps/index.ts';
import type { Instant } from '../domain/time.ts';
import { readRevision } from './flow-archive.ts';

/** People at one step. */
export interface Standing {
  readonly flow: string;
  readonly revision: string;
  /** What the question asks for, or the step's id; its number where the revision cannot be read. */
  readonly step: string;
  readonly people: number;
  /** When the last of them ends by itself. */
  readonly until: Instant;
}

export interface OpenConversations {
  readonly standings: readonly Standing[];
  /** Revisions in use that are kept nowhere, or that this program cannot read: their conversations end as `flow-gone`. */
  readonly unreadable: ReadonlySet<string>;
  /** Flows that were in use before, by name with their newest kept revision. */
  readonly kept: ReadonlyMap<string, string>;
}

/** All conversations that have not expired, interrupted ones too. `shipped` are the flows of this program. */
export async function openConversations(
  client: pg.ClientBase | pg.Pool,
  shipped: ReadonlyMap<string, Flow>,
  now: Instant,
): Promise<OpenConversations> {
  const { rows } = await client.query<{ flow: string; revision: string; at: number; people: number; until: Instant }>(
    `select f->>'flow' as flow, f->>'revision' as revision, (f->>'at')::int as at, count(distinct s.member)::int as people,
        max((f->>'expiresAt')::bigint) as until
      from session s cross join lateral jsonb_array_elements(s.state::jsonb->'stack') f
      where (f->>'expiresAt')::bigint > $1 group by 1, 2, 3 order by 1, 2, 3`,
    [now],
  );
  const revisions = new Map<string, Flow | undefined>();
  for (const { flow, revision } of rows) {
    const key = revisionKey(flow, revision);
    if (revisions.has(key)) continue;
    const own = shipped.get(flow);
    revisions.set(key, own?.revision === revision ? own : await readRevision(client, flow, revision));
  }
  const { rows: newest } = await client.query<{ flow: string; revision: string }>(
    'select distinct on (flow) flow, revision from flow_revision order by flow, first_seen desc',
  );
  return {
    standings: rows.map(({ at, ...row }) => ({
      ...row,
      step: nameOf(revisions.get(revisionKey(row.flow, row.revision))?.steps[at]) ?? String(at + 1),
    })),
    unreadable: new Set([...revisions].filter(([, flow]) => flow === undefined).map(([key]) => key)),
    kept: new Map(newest.map(({ flow, revision }) => [flow, revision])),
  };
}

/** Questions are known by what they ask for. */
function nameOf(step: Step | undefined): string | undefined {
  if (step?.kind === 'ask') return step.ask;
  return step?.kind === 'choose' ? step.choose : step?.id;
}

/** Names a revision of a flow in `unreadable`. */
export function revisionKey(flow: string, revision: string): string {
  return `${flow}@${revision}`;
}
