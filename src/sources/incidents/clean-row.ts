import { offsetMinutesAt, wallClockToUtcMs } from '../../core/time/index.ts'
import type { Zone } from '../../core/time/index.ts'
import type { IncidentColumn, IncidentColumns } from './columns.ts'
import type { IncidentRecord, RejectReason } from './incident-row.ts'
import { placeOfRow } from './place.ts'
import type { Place } from './place.ts'
import { CORRUPTED_BY_MS, isCorrupted, sourceTime, utcText } from './source-times.ts'
import type { SourceTime } from './source-times.ts'
import { normalText } from './texts.ts'

export interface CleaningRules {
  /** Of times without one. */
  readonly zone: Zone
  /** Whether a place is in the city or within 2 km of it. @default every place is */
  readonly isNearCity?: (latitude: number, longitude: number) => boolean
}

/** What a row says, by column. */
export type SourceValues = Readonly<Partial<Record<IncidentColumn, unknown>>>

export type Cleaned =
  | { readonly record: IncidentRecord }
  | { readonly reason: RejectReason; readonly says: string }

/** A row of the source as a record of the stream, or the reasons why it is none. */
export function cleanRow(
  values: SourceValues,
  isUtc: IncidentColumns['isUtc'],
  rules: CleaningRules,
): Cleaned {
  const id = normalText(values.id)
  const start = timeOf(values.start, 'start')
  const modified = timeOf(values.modified, 'modified')
  const place = placeOfRow(values.latitude, values.longitude, values.place)
  if (start === null || 'wrong' in start || (modified !== null && 'wrong' in modified) || 'wrong' in place)
    return rejected([start ?? NO_START, modified, place])
  if (rules.isNearCity?.(place.latitude, place.longitude) === false) return outside(place)

  const repaired = id !== null && !isUtc.start && !start.isInstant && isCorrupted(start.ms, id)
  const lateMs = repaired ? CORRUPTED_BY_MS : 0
  const startMs = instantOf(start, isUtc.start, lateMs, rules.zone)
  const modifiedMs = modified === null ? startMs : instantOf(modified, isUtc.modified, lateMs, rules.zone)
  const startedAt = utcText(startMs)
  return {
    record: {
      incident_id: id ?? `noid/${startedAt}/${place.latitude.toFixed(5)},${place.longitude.toFixed(5)}`,
      has_source_id: id !== null,
      updated_at: utcText(modifiedMs),
      modified_known: modified !== null,
      started_at: startedAt,
      utc_offset_min: offsetMinutesAt(rules.zone, startMs),
      title: normalText(values.title),
      description: normalText(values.description),
      quadrant: normalText(values.quadrant)?.toUpperCase() ?? null,
      latitude: place.latitude,
      longitude: place.longitude,
      repaired,
      original_started_at: repaired ? normalText(values.start) : null,
      original_modified_at: repaired ? normalText(values.modified) : null,
      withdrawn: false,
    },
  }
}

interface Wrong {
  readonly wrong: RejectReason
  readonly says: string
}

const NO_START: Wrong = { wrong: 'start_missing', says: 'the start is empty; add it at the source' }

/** Null where nothing is said. */
function timeOf(value: unknown, column: 'start' | 'modified'): SourceTime | Wrong | null {
  if (value === null || value === undefined) return null
  const text = typeof value === 'string' ? value.trim() : JSON.stringify(value)
  if (text === '') return null
  return (
    sourceTime(text) ?? {
      wrong: `${column}_invalid`,
      says: `the ${column === 'start' ? 'start' : 'modification'} "${text.slice(0, 60)}" is no time; write 2019-10-12T17:45:40 or 10/12/2019 05:45:40 PM`,
    }
  )
}

/** @param lateMs by how much its wall clock is late */
function instantOf(time: SourceTime, isUtc: boolean, lateMs: number, zone: Zone): number {
  if (isUtc || time.isInstant) return time.ms
  return wallClockToUtcMs(zone, time.ms - lateMs)
}

function rejected(found: readonly (object | null)[]): Cleaned {
  const wrong = found.filter((one): one is Wrong => one !== null && 'wrong' in one)
  return {
    reason: wrong[0]?.wrong ?? NO_START.wrong,
    says: wrong.map(({ says }) => says).join('; '),
  }
}

function outside({ latitude, longitude }: Place): Cleaned {
  return {
    reason: 'outside_city',
    says: `latitude ${latitude}, longitude ${longitude} lies more than 2 km outside the city boundary; correct the coordinates at the source, or the boundary`,
  }
}
