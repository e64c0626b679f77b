import { count, quantity, speed, words, type Units } from '../../../ui/format.ts'
import type { EventRow, ZoneRow } from '../queries.ts'
import type { Happening } from './happening.ts'
import { effectWords } from './happening-words.ts'

export interface Fact {
  readonly label: string
  readonly text: string
}

/** What is known beside the time, in words; what nobody said is left out. */
export function factsOf(happening: Happening, units: Units, instantText: (atMs: number) => string): Fact[] {
  const { event, zone, where } = happening
  return [
    fact('Where', where),
    fact('Traffic', effectWords(happening)),
    ...(event === null ? [] : eventFacts(event, where, instantText)),
    ...(zone === null ? [] : zoneFacts(zone, units)),
  ].filter(each => each !== null)
}

function eventFacts(event: EventRow, where: string | null, instantText: (atMs: number) => string) {
  const { doors_open_at: doors, expected_attendance: people, place, venue_id: venue } = event
  return [
    fact('Opens', doors === null ? null : instantText(doors)),
    fact('Expected', people === null ? null : `${count(people)} people`),
    // Without a venue it is said as where.
    fact('Place', venue === null || place === where ? null : place),
  ]
}

function zoneFacts(zone: ZoneRow, units: Units) {
  const { direction, speed_limit_kmh: limit, workers_present: workers, types_of_work: types } = zone
  return [
    fact('Direction', direction === null || direction === 'unknown' ? null : words(direction)),
    fact('Work', types.length === 0 ? null : types.map(words).join(', ')),
    fact(
      'Moves',
      zone.work_zone_type === null || zone.work_zone_type === 'static' ? null : words(zone.work_zone_type),
    ),
    fact('Speed limit', limit === null ? null : quantity(speed(limit, units))),
    fact('Workers', workers === null ? null : workers ? 'on the road' : 'none on the road'),
    fact('Times', verifiedWords(zone)),
    fact('Restrictions', restrictionWords(zone.restrictions)),
  ]
}

function verifiedWords({ start_verified: start, end_verified: end }: ZoneRow): string | null {
  if (start === null && end === null) return null
  if (start === true && end === true) return 'confirmed'
  if (start === true) return 'start confirmed, end estimated'
  return end === true ? 'start estimated, end confirmed' : 'estimated'
}

/** WZDx: [{ type, value, unit }, …] */
function restrictionWords(restrictions: unknown): string | null {
  if (!Array.isArray(restrictions)) return null
  const said = restrictions.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null) return []
    const { type, value, unit } = each as Record<string, unknown>
    if (typeof type !== 'string') return []
    const amount = typeof value === 'number' ? ` ${value.toLocaleString('en-US')}` : ''
    return [`${words(type)}${amount}${amount !== '' && typeof unit === 'string' ? ` ${unit}` : ''}`]
  })
  return said.length === 0 ? null : said.join(', ')
}

function fact(label: string, text: string | null): Fact | null {
  return text === null || text === '' ? null : { label, text }
}
