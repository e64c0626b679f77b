import type { City } from '../city.ts'
import type { Effects, Pulse } from './effects.ts'
import { effectsAt, pulsesOfEvent, pulsesOfZone } from './effects.ts'
import { eventsOfWeek } from './events.ts'
import type { UtcOffset } from './local-time.ts'
import { HOUR_MS, MINUTE_MS } from '../../../core/time/spans.ts'
import { localWeekAt } from './local-time.ts'
import { placesOf } from './places.ts'
import type { CityEvent, Venue, WorkZone } from './plan.ts'
import { workZonesOfWeek } from './work-zones.ts'

export { localWeekAt } from './local-time.ts'
export { schoolYears } from './school.ts'
export type { UtcOffset } from './local-time.ts'
export type { Effects } from './effects.ts'
export type { CityEvent, EventVersion, Venue, WorkZone, ZoneVersion } from './plan.ts'

/** What is on in the city, week by week. The same city and zone always give the same calendar. */
export interface Calendar {
  /** Ends the ids of its events and roadworks: those of another city are others. */
  readonly tag: string
  readonly venues: readonly Venue[]
  /** Events and roadworks that begin in a week (of the local calendar), with all their versions. */
  week(week: number): { readonly events: readonly CityEvent[]; readonly zones: readonly WorkZone[] }
  /** What it all does to traffic in the minute of an instant. */
  effectsAt(atMs: number): Effects
}

/** Whose pulses may be on in a week: roadworks go on into the next one but one, an event's visitors come the day before. */
const WEEKS_AROUND = [-2, -1, 0, 1] as const
const MOST_WEEKS = 16

export function calendarOf(city: City, offset: UtcOffset): Calendar {
  const places = placesOf(city)
  const weeks = new Map<number, { events: CityEvent[]; zones: WorkZone[] }>()
  let pulses: readonly Pulse[] = []
  let pulsesWeek = NaN
  let hour = NaN

  function week(of: number): { events: CityEvent[]; zones: WorkZone[] } {
    let found = weeks.get(of)
    if (found !== undefined) return found
    const zones = workZonesOfWeek(places, of, offset)
    found = { events: eventsOfWeek(places, of, offset, zones), zones }
    if (weeks.size >= MOST_WEEKS) weeks.clear()
    weeks.set(of, found)
    return found
  }

  function pulsesAround(atMs: number): readonly Pulse[] {
    const atHour = Math.floor(atMs / HOUR_MS)
    if (atHour === hour) return pulses
    hour = atHour
    const now = localWeekAt(atHour * HOUR_MS, offset)
    if (now === pulsesWeek) return pulses
    pulsesWeek = now
    pulses = WEEKS_AROUND.map(away => week(now + away)).flatMap(({ events, zones }) => [
      ...events.flatMap(event => pulsesOfEvent(city, event)),
      ...zones.flatMap(zone => pulsesOfZone(city, zone)),
    ])
    return pulses
  }

  return {
    tag: places.tag,
    venues: Object.values(places.venues),
    week,
    effectsAt: atMs => {
      const minuteMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS
      return effectsAt(pulsesAround(minuteMs), minuteMs)
    },
  }
}
