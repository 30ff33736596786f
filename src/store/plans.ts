// Plans as rows: those of a unit, and those of the units below. Decides nothing.

import type pg from 'pg';
import type { UnitId } from '../domain/organisation.ts';
import type { Plan } from '../domain/plan.ts';
import type { StudyPlan } from '../domain/study-plan.ts';
import type { Instant } from '../domain/time.ts';

type Client = pg.ClientBase | pg.Pool;

/** The unit's plans from this year on, earliest first. */
export async function plansOf(client: Client, units: readonly UnitId[], fromYear: number): Promise<Plan[]> {
  const { rows } = await client.query<{
    id: string;
    unit: string;
    state: Plan['state'];
    body: Omit<Plan, 'id' | 'unit' | 'state'>;
  }>({
    name: 'plans-of',
    text: `select id, unit, state, body from record
      where kind = 'plan' and unit = any($1::text[]) and (body->>'year')::int >= $2 order by (body->>'year')::int, unit`,
    values: [units, fromYear],
  });
  return rows.map(({ body, ...row }) => ({ ...row, ...body }));
}

/** Moves the open yearly duty of these units to another day. */
export async function moveOpenDuties(
  client: Client,
  programme: string,
  moves: readonly { readonly unit: UnitId; readonly period: string; readonly dueOn: string }[],
): Promise<void> {
  await client.query(
    `update duty set due_on = new.due_on::date from unnest($2::text[], $3::text[], $4::text[]) as new(unit, period, due_on)
      where duty.programme = $1 and duty.unit = new.unit and duty.period = new.period and duty.state = 'open'`,
    [programme, moves.map(({ unit }) => unit), moves.map(({ period }) => period), moves.map(({ dueOn }) => dueOn)],
  );
}

/** The unit's study plans from this year on. */
export async function studyPlansOf(client: Client, unit: UnitId, fromYear: number): Promise<StudyPlan[]> {
  const { rows } = await client.query<{ body: StudyPlan }>({
    name: 'study-plans-of',
    text: `select body from record where kind = 'study-plan' and unit = $1 and (body->>'year')::int >= $2 order by (body->>'year')::int`,
    values: [unit, fromYear],
  });
  return rows.map(({ body }) => body);
}

/** The sheet of this unit that waits to be read from this file, and who sent it. */
export async function waitingSheet(client: Client, unit: UnitId, file: string): Promise<{ by: string } | undefined> {
  const { rows } = await client.query<{ by: string }>(
    `select body->>'by' as by from record where id = $1 and state = 'waiting' and body->>'file' = $2`,
    [`plan-sheet/${unit}`, file],
  );
  return rows[0];
}

/** Units whose sheet waits for this file. */
export async function sheetsWaitingFor(client: Client, file: string): Promise<UnitId[]> {
  const { rows } = await client.query<{ unit: string }>(
    `select unit from record where kind = 'plan-sheet' and state = 'waiting' and body->>'file' = $1`,
    [file],
  );
  return rows.map(({ unit }) => unit);
}

/** What became of a sheet. */
export async function keepPlanSheet(
  client: pg.ClientBase,
  {
    unit,
    file,
    state,
    content,
  }: { unit: UnitId; file: string; state: 'read' | 'refused'; content: Readonly<Record<string, unknown>> },
  now: Instant,
): Promise<void> {
  await client.query(
    `update record set state = $2, body = body || $3::jsonb, updated_at = $4 where id = $1 and body->>'file' = $5`,
    [`plan-sheet/${unit}`, state, JSON.stringify(content), new Date(now), file],
  );
}

/** What the unit's newest sheet brought and nobody has taken yet. */
export async function readSheetOf(
  client: Client,
  unit: UnitId,
): Promise<{ year: number; items: Plan['items'] } | null> {
  const { rows } = await client.query<{ body: { year: number; items: Plan['items'] } }>({
    name: 'read-sheet-of',
    text: `select body from record where id = $1 and state = 'read'`,
    values: [`plan-sheet/${unit}`],
  });
  return rows[0] ? { year: rows[0].body.year, items: rows[0].body.items } : null;
}

/** How many plans lie with this unit and wait to be received. */
export async function plansWaitingIn(client: Client, unit: UnitId): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from record where kind = 'plan' and state = 'filed' and body->'filed'->>'to' = $1`,
    [unit],
  );
  return rows[0]?.count ?? 0;
}
