import type { IncidentBeforeAfter, IncidentWorks } from '../../../../../src/serve/contract/index.ts'
import type { HistoryParameter } from '../../../ui/address.ts'
import { count } from '../../../ui/format.ts'
import { ratioWords, type Ratio } from './ratio.ts'
import { incidents, rangeWords } from '../model/words.ts'

export type BeforeAfterFound = NonNullable<IncidentBeforeAfter['result']>
export type WorksFound = NonNullable<IncidentWorks['result']>

/** A place at which something was changed, as the address says it; null where it says too little. */
export interface PlaceChange {
  readonly latitude: number
  readonly longitude: number
  readonly changed: string
  readonly radiusM: number
  readonly days: number
}

export const RADII_M = [50, 100, 250, 500, 1_000] as const
export const SPANS_DAYS = [90, 182, 365, 730] as const
const USUAL_RADIUS_M = 250
const USUAL_DAYS = 365
const PLACE = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/

/** "51.05, -114.07"; null where it is no place. */
export function placeOf(text: string): { readonly latitude: number; readonly longitude: number } | null {
  const [, north, east] = PLACE.exec(text) ?? []
  const [latitude, longitude] = [Number(north), Number(east)]
  const isPlace = north !== undefined && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
  return isPlace ? { latitude, longitude } : null
}

/** As an address holds it: a metre is enough. */
export function placeText(latitude: number, longitude: number): string {
  return `${latitude.toFixed(5)},${longitude.toFixed(5)}`
}

type Held = Readonly<Record<HistoryParameter, string | null>>

export function radiusOf({ radius }: Pick<Held, 'radius'>): number {
  return RADII_M.find(each => String(each) === radius) ?? USUAL_RADIUS_M
}

export function spanOf({ days }: Pick<Held, 'days'>): number {
  return SPANS_DAYS.find(each => String(each) === days) ?? USUAL_DAYS
}

/** As far as the server compares. */
export const [FIRST_CHANGE, LAST_CHANGE] = ['1980-01-01', '2099-12-31'] as const

/** Whether it is a whole date of a time that records are of: one that is being typed begins with year 0002. */
export function mayBeChanged(day: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && day >= FIRST_CHANGE && day <= LAST_CHANGE
}

export function placeChangeOf(held: Held): PlaceChange | null {
  const place = placeOf(held.near ?? '')
  const { changed } = held
  if (place === null || changed === null || !mayBeChanged(changed)) return null
  return { ...place, changed, radiusM: radiusOf(held), days: spanOf(held) }
}

/** What is said of it, the answer first; each a sentence or two. */
export function changeWords(found: BeforeAfterFound): {
  readonly title: string
  readonly notes: readonly string[]
} {
  const { before, after, effect } = found
  const counted = `${incidents(found.incidents_before)} reported in ${rangeWords(before.from, before.to)} (${count(before.covered_days)} days with data), ${count(found.incidents_after)} in ${rangeWords(after.from, after.to)} (${count(after.covered_days)}).`
  if (effect === null)
    return {
      title: WHY_NOT[found.why_not ?? 'too_few'],
      notes: [counted, found.says],
    }
  const like = found.like === 'signals' ? 'signals' : 'places of 0.1 km²'
  return {
    title: `After the change, ${ratioWords(effect.ratio, 'was to be expected without it')}.`,
    notes: [
      counted,
      `${effect.expected_without.toFixed(1)} were to be expected after: the place’s own count counts ${Math.round(effect.own_weight * 100)} %, the rest is the mean of ${count(found.places)} other ${like} (${effect.usual_before.toFixed(1)} before), whose reports came ${effect.trend.toFixed(2)} times as many after as before.`,
      ...(effect.naive === null
        ? []
        : [
            `Without this correction one would have said ×${effect.naive.toFixed(2)}: places are changed after a bad spell, and a usual one follows anyway (regression to the mean).`,
          ]),
      'Volumes of traffic are not known: a place much busier than those it is compared with has more to be expected than is said here.',
      found.says,
    ],
  }
}

const WHY_NOT: Readonly<Record<NonNullable<BeforeAfterFound['why_not']>, string>> = {
  not_recorded:
    'The record covers less than half of the days before or after: choose another day, or fewer days.',
  too_few:
    'Too few places like it have incidents to tell what is usual: choose more days, or a wider radius.',
}

export interface WorksRow {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly ratio: Ratio | null
  readonly words: string
  readonly figures: string
  /** Looks at the place before and after its beginning. */
  readonly near: string
  readonly changed: string
}

/** Those with most incidents first. */
export function worksRows({ places }: WorksFound, most: number): WorksRow[] {
  return places
    .toSorted((a, b) => b.incidents_during + b.incidents_matched - a.incidents_during - a.incidents_matched)
    .slice(0, most)
    .map(of => ({
      ...{ id: `${of.kind} ${of.id}`, name: of.name, kind: of.kind === 'event' ? 'Event' : 'Road works' },
      ratio: of.ratio,
      words: ratioWords(of.ratio, 'in the matched weeks'),
      figures: `${incidents(of.incidents_during)} in ${count(of.hours_during)} h, ${count(of.incidents_matched)} in ${count(of.hours_matched)} matched h`,
      near: placeText(of.latitude, of.longitude),
      changed: of.starts_at.slice(0, 10),
    }))
}

export function worksWords(found: WorksFound): { readonly title: string; readonly notes: readonly string[] } {
  const { within_m: metres, weeks, out_of_record: out } = found
  return {
    title:
      found.together === null
        ? 'Too few reports around works and events to compare.'
        : `All together: ${ratioWords(found.together, 'in the matched weeks')}.`,
    notes: [
      `Reports within ${count(metres)} m while works or events last, beside the same hours of the week in the ${weeks} weeks before and after; hours of days without a full record are left out, and matched hours in which another one was active near by.`,
      ...(out > 0 ? [`${count(out)} works and events lie before or after the record.`] : []),
      found.says,
    ],
  }
}
