import { createHash } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import { z } from 'zod'
import { EVENT_KINDS } from '../../core/schema/event.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { LakeReader, Row } from '../../lake/read/index.ts'
import { isKnownTag } from '../answers.ts'
import { callerSignal, route, type Route } from '../route.ts'
import { allRows } from '../streams/all-rows.ts'
import { calendarParts } from './events-calendar.ts'
import type { CalendarHead } from './events-calendar.ts'

export interface CalendarDeps {
  readonly lake: Pick<LakeReader, 'page'>
  readonly streams: readonly Stream[]
  /** What the calendar is called, and the city's zone. */
  readonly city: { readonly name: string; readonly timeZone: string }
  readonly version: string
}

/** Events of a calendar; subscribers' programs choke on more. */
const MOST = 10_000

/** The calendar that people subscribe to; nothing where the stream of events is not there. */
export function calendarRoutes({ lake, streams, city, version }: CalendarDeps): Route[] {
  const events = streams.find(({ name }) => name === 'events')
  if (events === undefined) return []
  const head = (): CalendarHead => ({ ...city, version })
  return [
    route({
      method: 'GET',
      path: '/v1/events.ics',
      id: 'events-calendar',
      tag: events.title,
      summary: 'A calendar to subscribe to',
      description: `iCalendar (RFC 5545) of all events that are not withdrawn, at most ${MOST}. Cancelled ones are told as cancelled.`,
      access: 'read',
      readsLake: 'fresh',
      query: z.strictObject({
        kind: z
          .array(z.enum(EVENT_KINDS, { error: `wants one of ${EVENT_KINDS.join(', ')}` }))
          .max(EVENT_KINDS.length)
          .optional()
          .meta({ description: 'Of this kind; may be repeated' }),
        ends_from: z.iso
          .datetime({
            offset: true,
            error: 'wants an ISO 8601 instant with its zone, e.g. 2026-01-31T08:00:00Z',
          })
          .optional()
          .meta({ description: 'Ending from this instant on' }),
      }),
      answers: {
        200: { description: 'The calendar', content: { 'text/calendar': null } },
        304: { description: 'It is the one that If-None-Match names', content: {} },
      },
      problems: [400, 503],
      handle: async ({ query: { kind, ends_from: endsFrom }, request, reply }) => {
        const where = kind === undefined ? {} : { kind }
        const fromMs = endsFrom === undefined ? -Infinity : Date.parse(endsFrom)
        const isWanted = ({ ends_at }: Row) => fromMs === -Infinity || Date.parse(String(ends_at)) >= fromMs
        const rows = await allRows(lake, events, { where }, MOST, callerSignal(reply), isWanted)
        const { text, tag } = await written(calendarParts(rows, head()))
        void reply.header('etag', tag).header('cache-control', 'private, no-cache')
        if (isKnownTag(request.headers['if-none-match'], tag)) return reply.code(304).send()
        return reply
          .type('text/calendar; charset=utf-8')
          .header('content-disposition', 'inline; filename="events.ics"')
          .send(text)
      },
    }),
  ]
}

/** Writes the parts one after the other, and lets others work in between. */
async function written(parts: Iterable<string>): Promise<{ readonly text: Buffer; readonly tag: string }> {
  const hash = createHash('sha256')
  const bytes: Buffer[] = []
  for (const part of parts) {
    const piece = Buffer.from(part)
    hash.update(piece)
    bytes.push(piece)
    await breathe()
  }
  return { text: Buffer.concat(bytes), tag: `"${hash.digest('base64url').slice(0, 27)}"` }
}
