// Keeps every revision of a flow that open conversations still need. A conversation ends on the revision it began on.

import type pg from 'pg';
import type { Flow, Flows } from '../dialogue/flow.ts';
import { flowForm, makeFlow, makeFlows } from '../dialogue/flow.ts';
import type { Session } from '../dialogue/session.ts';
import type { Instant } from '../domain/time.ts';

export interface FlowArchive {
  /** The newest flows with the older revisions this session stands on. */
  flowsFor(session: Session, client: pg.ClientBase): Promise<Flows>;
  /** Stores the newest revisions; done once at start. */
  keep(client: pg.ClientBase | pg.Pool, now: Instant): Promise<void>;
}

export function makeFlowArchive(newest: readonly Flow[]): FlowArchive {
  const older = new Map<string, Flow>();
  let flows = makeFlows(newest);

  async function flowsFor(session: Session, client: pg.ClientBase): Promise<Flows> {
    for (const { flow, revision } of session.stack) {
      if (flows.revision(flow, revision)) continue;
      const kept = await readRevision(client, flow, revision);
      if (kept) older.set(`${flow}@${revision}`, kept);
      flows = makeFlows(newest, older.values());
    }
    return flows;
  }

  async function keep(client: pg.ClientBase | pg.Pool, now: Instant): Promise<void> {
    await client.query(
      `insert into flow_revision (flow, revision, source, first_seen)
        select *, $4::timestamptz from unnest($1::text[], $2::text[], $3::json[]) on conflict do nothing`,
      [
        newest.map((flow) => flow.name),
        newest.map((flow) => flow.revision),
        newest.map((flow) => JSON.stringify(flow.source)),
        new Date(now),
      ],
    );
  }

  return { flowsFor, keep };
}

/** A kept revision; undefined when there is none or when this program can no longer read it: its conversations end as `flow-gone`. */
export async function readRevision(
  client: pg.ClientBase | pg.Pool,
  flow: string,
  revision: string,
): Promise<Flow | undefined> {
  const { rows } = await client.query<{ source: unknown }>(
    'select source from flow_revision where flow = $1 and revision = $2',
    [flow, revision],
  );
  const parsed = rows[0] && flowForm.safeParse(rows[0].source);
  return parsed?.success ? { ...makeFlow(parsed.data, rows[0]!.source), revision } : undefined;
}
