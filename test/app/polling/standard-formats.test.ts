import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { standardFormats } from '../../../src/app/polling/standard-formats.ts'
import type { PolledFeed } from '../../../src/sources/poll/index.ts'
import type { Poller } from '../../../src/sources/poll/poller.ts'
import { MIN, never, PollingRoom } from '../../sources/poll/polling-room.ts'
import { json } from '../../sources/poll/provider.ts'
import type { Behaviour } from '../../sources/poll/provider.ts'

const HOUR = 60 * MIN
let room: PollingRoom
beforeEach(async () => {
  room = await new PollingRoom().open()
})
afterEach(() => room.close())

function feedOf(preset: string, more: Partial<PolledFeed> = {}): Poller {
  const format = standardFormats.find(({ name }) => name === preset)
  if (format === undefined) throw new Error(`no format ${preset}`)
  return room.poller({ format, zone: 'America/New_York', instants: ['updated_at'], ...more })
}

const said = () => room.delivered.flatMap(({ lines }) => lines.map(line => JSON.parse(line) as object))

/** A new program: it remembers what is on the disk, and asks once. */
async function restarted(preset: string): Promise<Poller> {
  const stop = new AbortController()
  const feed = feedOf(preset)
  const asked = room.provider.asked.length
  const end = feed.run(stop.signal)
  while (room.provider.asked.length === asked || feed.state.isAsking)
    await new Promise(resolve => setTimeout(resolve, 5))
  stop.abort()
  await end
  return feed
}

const calendar =
  (
    events: readonly string[],
    stamp = '20261120T000000Z',
    headers: Readonly<Record<string, string>> = {},
  ): Behaviour =>
  (_, response) => {
    const lines = events.flatMap(event => [
      'BEGIN:VEVENT',
      `DTSTAMP:${stamp}`,
      ...event.split(' '),
      'END:VEVENT',
    ])
    response.writeHead(200, { 'content-type': 'text/calendar', ...headers })
    response.end(['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n'))
  }
const SHOW = 'UID:show DTSTART:20261204T190000 DTEND:20261204T210000 SUMMARY:Show'
const MATCH = 'UID:match DTSTART:20261205T150000 DTEND:20261205T170000 SUMMARY:Match'
const OVER = 'UID:over DTSTART:20261120T150000 DTEND:20261120T170000 SUMMARY:Over'
const WEEKLY = 'UID:week DTSTART:20261201T090000 DTEND:20261201T100000 RRULE:FREQ=WEEKLY SUMMARY:Market'

describe('ics', () => {
  it('delivers what is new; a new stamp is no news; what is gone is withdrawn, but not what is over', async () => {
    const feed = feedOf('ics', { constants: { id_prefix: 'hall/', kind: 'concert' } })
    room.provider.behaves = calendar([SHOW, MATCH, OVER])
    await feed.poll(never)
    expect(feed.state.error).toBeNull()
    expect(room.delivered).toMatchObject([{ stream: 'events', source: 'poll:airport' }])
    expect(said()).toHaveLength(3)
    expect(said()[0]).toMatchObject({
      event_id: 'hall/show',
      kind: 'concert',
      starts_at: '2026-12-05T00:00:00.000Z',
    })

    room.provider.behaves = calendar([SHOW, MATCH, OVER], '20261127T000000Z')
    await feed.poll(never)
    expect(said()).toHaveLength(3)

    room.provider.behaves = calendar([SHOW], '20261127T010000Z')
    await feed.poll(never)
    expect(said().slice(3)).toMatchObject([{ event_id: 'hall/match', withdrawn: true }])
  })

  it('withdraws after a restart, too', async () => {
    room.provider.behaves = calendar([SHOW, MATCH])
    await feedOf('ics').poll(never)
    room.provider.behaves = calendar([SHOW])
    await restarted('ics')
    expect(said().slice(2)).toMatchObject([{ event_id: 'match', withdrawn: true }])
  })

  it('asks for everything again when what was said last is damaged', async () => {
    room.provider.behaves = calendar([SHOW], undefined, { etag: '"v1"' })
    await feedOf('ics').poll(never)
    await writeFile(join(room.folder, 'airport', 'last-reading.json'), '{"format":"ics","all":[')
    await restarted('ics')
    expect(room.provider.asked[1]?.headers).not.toHaveProperty('if-none-match')
    expect(said()).toHaveLength(2)
    expect(said()[1]).toEqual(said()[0])
    await rm(join(room.folder, 'airport', 'last-reading.json'))
  })

  it('is read anew once a day, because its rules go on', async () => {
    const feed = feedOf('ics')
    const whole = calendar([WEEKLY], undefined, { etag: '"v1"' })
    room.provider.behaves = (request, response) =>
      request.headers['if-none-match'] === '"v1"' ? response.writeHead(304).end() : whole(request, response)
    await feed.poll(never)
    const first = said().length
    expect(first).toBeGreaterThan(50)
    room.nowMs += 12 * HOUR
    await feed.poll(never)
    expect(feed.state).toMatchObject({ unchanged: 1, error: null })
    room.nowMs += 6.5 * 24 * HOUR
    await feed.poll(never)
    expect(feed.state.error).toBeNull()
    expect(said().slice(first)).toMatchObject([{ title: 'Market' }])
  })

  it('says what is refused, and withdraws nothing for an answer that is no calendar', async () => {
    const feed = feedOf('ics')
    room.provider.behaves = calendar([SHOW, MATCH])
    await feed.poll(never)
    room.provider.behaves = calendar([SHOW, MATCH.replace('DTSTART:2026', 'DTSTART:x')])
    await feed.poll(never)
    expect(feed.state).toMatchObject({ state: 'well', error: null })
    expect(feed.state.notice).toMatch(/^1 of 2 entries are refused: line \d+: DTSTART/)
    room.provider.behaves = json({ gone: true })
    await feed.poll(never)
    expect(feed.state.error?.message).toContain('nothing of the answer could be taken: line 1:')
    expect(said()).toHaveLength(2)
  })

  it('delivers again what the log did not take', async () => {
    const feed = feedOf('ics')
    const { deliver } = room
    room.deliver = () => Promise.reject(new Error('full'))
    room.provider.behaves = calendar([SHOW])
    await feed.poll(never)
    room.deliver = deliver
    await feed.poll(never)
    expect(said()).toMatchObject([{ event_id: 'show' }])
  })

  it('names the kinds there are', async () => {
    const feed = feedOf('ics', { constants: { kind: 'gig' } })
    room.provider.behaves = calendar([SHOW])
    await feed.poll(never)
    expect(feed.state.error?.message).toContain('the constant kind "gig" is unknown; it is one of concert')
  })
})

const INFO = {
  publisher: 'City',
  version: '4.2',
  update_date: '2026-11-27T00:00:00Z',
  data_sources: [{ data_source_id: '1', organization_name: 'City' }],
}

const zone = (id: string, more: object = {}, update_date = '2026-11-20T00:00:00Z') => ({
  id,
  type: 'Feature',
  properties: {
    core_details: {
      data_source_id: '1',
      event_type: 'work-zone',
      road_names: ['I-35'],
      direction: 'northbound',
      update_date,
    },
    start_date: '2026-11-01T00:00:00Z',
    end_date: '2026-12-20T00:00:00Z',
    is_start_date_verified: true,
    is_end_date_verified: false,
    is_start_position_verified: true,
    is_end_position_verified: false,
    location_method: 'unknown',
    vehicle_impact: 'flagging',
    ...more,
  },
  geometry: {
    type: 'LineString',
    coordinates: [
      [-74, 40],
      [-74, 41],
    ],
  },
})

describe('wzdx', () => {
  it('delivers what changes, with a newer version where the feed gives none, and withdraws what is gone', async () => {
    const feed = feedOf('wzdx')
    const zones = (...features: object[]) => json({ feed_info: INFO, type: 'FeatureCollection', features })
    room.provider.behaves = zones(zone('a'), zone('b'))
    await feed.poll(never)
    expect(feed.state.error).toBeNull()
    expect(room.delivered).toMatchObject([{ stream: 'work-zones' }])

    room.provider.behaves = zones(zone('a', { vehicle_impact: 'all-lanes-closed' }), zone('b'))
    await feed.poll(never)
    expect(said().slice(2)).toMatchObject([
      { work_zone_id: 'a', vehicle_impact: 'all-lanes-closed', updated_at: '2026-11-20T00:00:00.001Z' },
    ])

    room.provider.behaves = zones(zone('b', {}, '2026-11-27T12:00:00Z'))
    await feed.poll(never)
    expect(said().slice(3)).toMatchObject([{ work_zone_id: 'a', withdrawn: true }])

    // An empty list is more often a fault than the end of all work.
    room.provider.behaves = zones()
    await feed.poll(never)
    expect(said()).toHaveLength(4)
    expect(feed.state.notice).toContain('nothing is withdrawn for that')
  })

  it('tells another version of the standard from one it knows', async () => {
    const feed = feedOf('wzdx')
    room.provider.behaves = json({
      feed_info: { ...INFO, version: '3.1' },
      type: 'FeatureCollection',
      features: [],
    })
    await feed.poll(never)
    expect(feed.state.error?.message).toContain('feed_info.version: "3.1" is not taken')
  })

  it('takes devices by a preset of their own', async () => {
    const feed = feedOf('wzdx-devices')
    const features = [
      {
        id: 'd',
        type: 'Feature',
        properties: {
          core_details: {
            device_type: 'arrow-board',
            data_source_id: '1',
            device_status: 'ok',
            update_date: '2026-11-27T14:00:00Z',
            has_automatic_location: true,
          },
          pattern: 'blank',
        },
        geometry: { type: 'Point', coordinates: [-74, 40.7] },
      },
    ]
    room.provider.behaves = json({ feed_info: INFO, type: 'FeatureCollection', features })
    await feed.poll(never)
    expect(feed.state.error).toBeNull()
    expect(room.delivered).toMatchObject([{ stream: 'field-devices' }])
    expect(said()).toMatchObject([{ device_id: 'd', status: 'ok', latitude: 40.7 }])
  })
})
