// GET /calendar/<secret>.ics: a branch's or a member's events for calendar programs. Holds no name of a person; whoever has the address can read it.

import type { FastifyPluginAsync } from 'fastify';
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type pg from 'pg';
import type { CalendarEntry } from '../domain/calendar-entry.ts';
import { uidOf } from '../domain/calendar-entry.ts';
import { dutiesOf } from '../domain/programme.ts';
import type { Instant } from '../domain/time.ts';
import { addMonths, dayLength, dayOf, monthOf } from '../domain/time.ts';
import type { Library } from '../library/library.ts';
import { calendarEntries, feedBehind, ownEvents } from '../store/calendar-feeds.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Units, UnitsCache } from '../store/units.ts';

export interface CalendarOptions {
  readonly pool: pg.Pool;
  readonly library: Library;
  readonly units: UnitsCache;
  readonly now: () => Instant;
}

/** How far back a feed reaches. */
const backDays = 60;
/** Theme days follow a rule and are shown for so many months; other events once they are convened. */
const monthsAhead = 12;

export const calendarFeeds: FastifyPluginAsync<CalendarOptions> = async (http, { pool, library, units, now }) => {
  http.get<{ Params: { file: string } }>('/calendar/:file', async (request, reply) => {
    const token = /^([A-Za-z0-9_-]{43})\.ics$/.exec(request.params.file)?.[1];
    const feed = token === undefined ? undefined : await feedBehind(pool, token);
    const tree = await units.newest(pool);
    const unit = feed && tree.byId.get(feed.unit);
    if (!feed || !unit)
      return reply.code(404).type('text/plain; charset=utf-8').send('没有这个日历，请在支部通里回“日历”看新的地址。');
    const at = now();
    const entries = await inTransaction(pool, async (client) => {
      const all = await calendarEntries(
        client,
        unit.id,
        themeDaysAhead(library, tree, unit.id, at),
        at - backDays * dayLength,
        at,
      );
      if (feed.member === null) return all;
      const own = await ownEvents(
        client,
        feed.member,
        all.map(({ duty }) => duty),
      );
      return all.filter(({ duty }) => own.has(duty));
    });
    return reply
      .type('text/calendar; charset=utf-8')
      .header('cache-control', 'private, max-age=600')
      .header('x-robots-tag', 'noindex')
      .send(calendarText(feed.member === null ? unit.name : `我的活动（${unit.name}）`, entries));
  });
};

/** The feed as text. Times are written in UTC: a calendar shows them in the zone of its owner, and 09:00 in Shanghai stays 09:00 in Shanghai. */
export function calendarText(name: string, entries: readonly CalendarEntry[]): string {
  const calendar = ical({
    name,
    prodId: { company: 'zhibu', product: 'zhibu', language: 'ZH' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: 3600,
    x: [{ key: 'X-WR-TIMEZONE', value: 'Asia/Shanghai' }],
  });
  for (const { duty, shown, sequence, changedAt } of entries)
    calendar.createEvent({
      id: uidOf(duty),
      sequence,
      // Never with a time zone: the library would write the fields of this process's own zone beside it.
      start: new Date(shown.startsAt),
      stamp: new Date(changedAt),
      lastModified: new Date(changedAt),
      summary: shown.title,
      ...(shown.place ? { location: shown.place } : {}),
      status: shown.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  // RFC 5545 ends every line, also the last, with CRLF; the library leaves the last one open.
  return `${calendar.toString().trimEnd()}\r\n`;
}

/** The theme days that nobody has raised yet, under the ids that they will have. */
function themeDaysAhead(library: Library, units: Units, unit: string, at: Instant) {
  const programme = library.programmes.get('theme-day');
  const own = units.byId.get(unit);
  if (!programme || !own) return [];
  const month = monthOf(dayOf(at));
  return Array.from({ length: monthsAhead }, (_, count) => addMonths(month, count))
    .flatMap((one) => dutiesOf(programme, one, own, [], units.settings(unit), library.calendar))
    .flatMap(({ id, startsAt, details }) =>
      startsAt === null || startsAt < at
        ? []
        : [
            {
              duty: id,
              shown: {
                title: String(details.title),
                place: (details.place as string | undefined) ?? null,
                startsAt,
                cancelled: false,
              },
            },
          ],
    );
}
