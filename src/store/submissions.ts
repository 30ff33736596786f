// Submissions as records: whose they are, where they wait, and how they go with their author's data. Decides nothing.

import type pg from 'pg';
import type { MemberId, UnitId } from '../domain/organisation.ts';
import type { Submission } from '../domain/submission.ts';
import type { Day } from '../domain/time.ts';

type Client = pg.ClientBase | pg.Pool;

const columns = 'r.id, r.unit, r.member, r.state, r.title, r.body';

/** A member's own, newest first, without those taken back. */
export async function submissionsBy(client: Client, member: MemberId): Promise<Submission[]> {
  const { rows } = await client.query<Submission>({
    name: 'submissions-by',
    text: `select ${columns} from record r where r.kind = 'submission' and r.member = $1 and r.state <> 'withdrawn'
      order by r.created_at desc, r.id desc limit 50`,
    values: [member],
  });
  return rows;
}

/** What waits for a decision in this unit, oldest first: its own members' and what was recommended to it; with the authors' names. */
export async function submissionsWaiting(
  client: Client,
  unit: UnitId,
): Promise<(Submission & { readonly author: string })[]> {
  const { rows } = await client.query<Submission & { author: string }>({
    name: 'submissions-waiting',
    text: `select ${columns}, m.name as author from record r join member m on m.id = r.member
      where r.kind = 'submission'
        and ((r.state = 'confirmed' and r.unit = $1) or (r.state = 'filed' and r.body->>'to' = $1))
      order by r.updated_at, r.id limit 50`,
    values: [unit],
  });
  return rows;
}

/** What this unit asks for now; the newest, null = nothing. */
export async function openCall(client: Client, unit: UnitId, today: Day): Promise<{ theme: string } | null> {
  const { rows } = await client.query<{ theme: string }>({
    name: 'open-call',
    text: `select title as theme from record where kind = 'call' and unit = $1 and body->>'until' >= $2
      order by created_at desc limit 1`,
    values: [unit, today],
  });
  return rows[0] ?? null;
}

/** Drafts that only wait for this file, held for the caller's transaction. */
export async function draftsWaitingFor(client: pg.ClientBase, file: string): Promise<Submission[]> {
  const { rows } = await client.query<Submission>(
    `select ${columns} from record r
      where r.kind = 'submission' and r.state = 'draft' and r.body->'file'->>'id' = $1 for update`,
    [file],
  );
  return rows;
}

/** Everything a member has sent in goes, wherever it has come to. */
export async function eraseSubmissions(client: pg.ClientBase, member: MemberId): Promise<void> {
  await client.query(`delete from record where kind = 'submission' and member = $1`, [member]);
  await client.query('delete from attachment where member = $1', [member]);
  await client.query('delete from upload where member = $1', [member]);
}
