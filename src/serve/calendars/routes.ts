import { createHash } from 'node:crypto'
import { z } from 'zod'
import { EVENT_KINDS } from '../../core/schema/event.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { LakeReader } from '../../lake/read/index.ts'
import { isKnownTag } from '../answers.ts'
import { callerSignal, route, type Route } from '../route.ts'
import { allRows } from '../streams/all-rows.ts'
import { eventsCalendar } from './events-calendar.ts'
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
        const found = await allRows(lake, events, { where }, MOST, callerSignal(reply))
        const rows =
          endsFrom === undefined
            ? found
            : found.filter(({ ends_at }) => Date.parse(String(ends_at)) >= Date.parse(endsFrom))
        const text = eventsCalendar(rows, head())
        const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`
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
