import { uniform } from '../random.ts'
import type { UtcOffset } from './local-time.ts'
import { HOUR_MS, MINUTE_MS } from '../../../core/time/spans.ts'
import { atLocal, dateOf } from './local-time.ts'
import type { Places, VenueKey } from './places.ts'
import { roadThrough, siteIn } from './places.ts'
import type { CityEvent, EventVersion, WorkZone } from './plan.ts'
import { isSchoolDay } from './school.ts'

const STREAM = 0xe7e0
const MATCH_MS = 115 * MINUTE_MS
const OPPONENTS = ['Rovers', 'United', 'Wanderers', 'Athletic', 'Rangers', 'Harriers']
const BANDS = ['The Night Buses', 'Slow Lane', 'Green Wave', 'The Detours', 'Rush Hour Trio']
const PARADES = ['Street band parade', 'Fire brigade parade', 'Bicycle parade', 'Lantern parade']

interface Week {
  readonly places: Places
  readonly week: number
  readonly offset: UtcOffset
  /** Draws of this week, by what they decide. */
  readonly draw: (what: number) => number
}

/**
 * What happens in one week: a match and a concert, of which one is moved, a parade, a market and open-air cinema, of which one
 * is cancelled, classes, and the week's roadworks.
 */
export function eventsOfWeek(
  places: Places,
  week: number,
  offset: UtcOffset,
  zones: readonly WorkZone[],
): CityEvent[] {
  const draw = (what: number) => uniform(places.city.config.seed + STREAM, week, what)
  const own: Week = { places, week, offset, draw }
  return [
    match(own),
    concert(own),
    parade(own),
    ...evenings(own),
    ...classes(own),
    ...zones.filter(zone => zone.eventType === 'work-zone').map(zone => roadwork(own, zone)),
  ]
}

/** Announced a week ahead, confirmed on Monday. */
function versions(own: Week, startsAtMs: number, endsAtMs: number): EventVersion[] {
  return [
    { atMs: at(own, -7, 9), status: 'planned', startsAtMs, endsAtMs },
    { atMs: at(own, 0, 0.5), status: 'confirmed', startsAtMs, endsAtMs },
  ]
}

/** Is it the match or the concert that is moved? */
const matchMoves = ({ draw }: Week) => draw(0) < 0.5

function match(own: Week): CityEvent {
  const { places, draw } = own
  const startsAtMs = at(own, 5, 15)
  const all = versions(own, startsAtMs, startsAtMs + MATCH_MS)
  if (matchMoves(own)) all.push(moved(all, at(own, 2, 16 + 1 / 3), 2.5 * HOUR_MS))
  return {
    ...base(own, 'match', 'match'),
    title: `City Harbour v ${pick(OPPONENTS, draw(1))}`,
    description: 'Football. Trains and the car park east of the ground fill an hour before kick-off.',
    venue: places.venues.stadium,
    doorsBeforeMs: 90 * MINUTE_MS,
    attendance: Math.round(places.venues.stadium.capacity * (0.5 + 0.45 * draw(2))),
    roadEffect: 'busy',
    versions: all,
  }
}

function concert(own: Week): CityEvent {
  const { places, draw } = own
  const startsAtMs = at(own, 4, 20)
  const all = versions(own, startsAtMs, startsAtMs + 2.75 * HOUR_MS)
  if (!matchMoves(own)) all.push(moved(all, at(own, 2, 11.25), 0.5 * HOUR_MS))
  return {
    ...base(own, 'concert', 'concert'),
    title: pick(BANDS, draw(3)),
    description: 'Concert at the City Arena.',
    venue: places.venues.arena,
    doorsBeforeMs: 60 * MINUTE_MS,
    attendance: Math.round(places.venues.arena.capacity * (0.6 + 0.4 * draw(4))),
    roadEffect: 'busy',
    versions: all,
  }
}

function parade(own: Week): CityEvent {
  const { places, draw } = own
  const startsAtMs = at(own, 6, 11)
  const road = roadThrough(places.city, siteIn(places.city, 0, draw(5)), 'street', 4)
  return {
    ...base(own, 'parade', 'parade'),
    title: pick(PARADES, draw(6)),
    description: `${road.name} is closed to traffic while it passes.`,
    road,
    attendance: Math.round(1500 + 4500 * draw(7)),
    roadEffect: 'closed',
    versions: versions(own, startsAtMs, startsAtMs + 2 * HOUR_MS),
  }
}

/** One of the two is cancelled the evening before. */
function evenings(own: Week): CityEvent[] {
  const { places, draw } = own
  const marketAtMs = at(own, 2, 15)
  const cinemaAtMs = at(own, 3, 20.5)
  const market = versions(own, marketAtMs, marketAtMs + 4 * HOUR_MS)
  const cinema = versions(own, cinemaAtMs, cinemaAtMs + 2 * HOUR_MS)
  if (draw(8) < 0.5) market.push(cancelled(market, at(own, 1, 18)))
  else cinema.push(cancelled(cinema, at(own, 2, 18)))
  const park = { venue: places.venues.park, roadEffect: 'busy' } as const
  return [
    {
      ...base(own, 'market', 'other'),
      ...park,
      title: 'Farmers’ market',
      description: 'Stalls along the park’s north side.',
      attendance: Math.round(600 + 700 * draw(9)),
      versions: market,
    },
    {
      ...base(own, 'cinema', 'other'),
      ...park,
      title: 'Open-air cinema',
      description: 'A film in the park; not in bad weather.',
      attendance: Math.round(300 + 500 * draw(10)),
      versions: cinema,
    },
  ]
}

/** From Monday to Friday, where the school’s year has them. */
function classes(own: Week): CityEvent[] {
  const { places, week } = own
  return (['school-1', 'school-2'] satisfies VenueKey[]).flatMap(key => {
    const venue = places.venues[key]
    return [0, 1, 2, 3, 4]
      .filter(day => isSchoolDay(dateOf(week, day), places.city.config.latitude))
      .map((day): CityEvent => {
        const startsAtMs = at(own, day, key === 'school-1' ? 8 : 8.25)
        return {
          ...base(own, `${key}-${day + 1}`, 'school'),
          title: 'Classes',
          description: 'Parents stop in front of the school before and after.',
          venue,
          attendance: venue.capacity,
          roadEffect: 'busy',
          versions: [
            { atMs: at(own, -7, 6), status: 'confirmed', startsAtMs, endsAtMs: startsAtMs + 7 * HOUR_MS },
          ],
        }
      })
  })
}

function roadwork(own: Week, zone: WorkZone): CityEvent {
  return {
    ...base(own, zone.id.toLowerCase(), 'roadwork'),
    id: `EVENT-${zone.id}`,
    title: zone.name,
    description: zone.description,
    road: zone.road,
    roadEffect: 'partly_closed',
    versions: zone.versions.map(({ status, ...one }) => ({
      ...one,
      status: status === 'planned' ? 'planned' : 'confirmed',
    })),
  }
}

function base({ places, week }: Week, key: string, kind: CityEvent['kind']) {
  return {
    id: `EVENT-${dateOf(week, 0)}-${key.toUpperCase()}-${places.tag}`,
    kind,
    venue: null,
    road: null,
    doorsBeforeMs: null,
    attendance: null,
  }
}

function moved(all: readonly EventVersion[], atMs: number, byMs: number): EventVersion {
  const last = all.at(-1) as EventVersion
  return { atMs, status: 'confirmed', startsAtMs: last.startsAtMs + byMs, endsAtMs: last.endsAtMs + byMs }
}

function cancelled(all: readonly EventVersion[], atMs: number): EventVersion {
  return { ...(all.at(-1) as EventVersion), atMs, status: 'cancelled' }
}

function at({ week, offset }: Week, day: number, hour: number): number {
  return atLocal(week, day, hour, offset)
}

function pick(names: readonly string[], draw: number): string {
  return names[Math.floor(draw * names.length)] ?? ''
}
