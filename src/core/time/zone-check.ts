import { carriedVersion, CARRIED_TO_YEAR, carriedZone } from './carried-zones.ts'
import { runtimeOffsetsOfYear, zoneOffsets } from './zone.ts'

export interface ZoneCheck {
  /** IANA's versions of the data this program carries and of the runtime's. */
  readonly carried: string
  readonly runtime: string
  /** The first instant at which the two say something else; null where they agree. */
  readonly differsAt: {
    readonly atMs: number
    readonly carriedMin: number
    readonly runtimeMin: number
  } | null
  /** It is a name, not an offset, that the carried data do not have: the runtime's count. */
  readonly isUnknown: boolean
}

/**
 * Compares the carried zone data with the runtime's in whole UTC years.
 * @param runtimeVersion `process.versions.tz`
 */
export function checkZone(name: string, fromYear: number, toYear: number, runtimeVersion: string): ZoneCheck {
  const common = { carried: carriedVersion(), runtime: runtimeVersion }
  if (carriedZone(name) === null) return { ...common, differsAt: null, isUnknown: /^[a-z]/i.test(name) }
  const zone = zoneOffsets(name)
  for (let year = fromYear; year <= Math.min(toYear, CARRIED_TO_YEAR); year++) {
    const ours = zone.year(year)
    const theirs = runtimeOffsetsOfYear(name, year)
    const starts = [...new Set([...ours.startsMs, ...theirs.startsMs])].sort((a, b) => a - b)
    for (const atMs of starts) {
      const carriedMin = offsetAt(ours, atMs) / 60_000
      const runtimeMin = offsetAt(theirs, atMs) / 60_000
      if (carriedMin !== runtimeMin)
        return { ...common, differsAt: { atMs, carriedMin, runtimeMin }, isUnknown: false }
    }
  }
  return { ...common, differsAt: null, isUnknown: false }
}

/** What to tell the operator at the start; null where all is well. */
export function zoneWarning(name: string, check: ZoneCheck): string | null {
  if (check.isUnknown)
    return `time zone ${name} is not in the zone data carried here (${check.carried}); Node's (${check.runtime}) count`
  if (check.differsAt === null) return null
  const { atMs, carriedMin, runtimeMin } = check.differsAt
  return (
    `Node's zone data (${check.runtime}) say UTC${hoursOf(runtimeMin)} for ${name} from ${new Date(atMs).toISOString()} on, those carried here ` +
    `(${check.carried}) UTC${hoursOf(carriedMin)}; the latter count, but browsers and other programs may show other hours: ` +
    `update ${check.carried > check.runtime ? 'Node and them' : 'Arterial'}`
  )
}

interface Offsets {
  readonly startsMs: readonly number[]
  readonly offsetsMs: readonly number[]
}

function offsetAt({ startsMs, offsetsMs }: Offsets, atMs: number): number {
  return offsetsMs[startsMs.findLastIndex(startMs => startMs <= atMs)] ?? NaN
}

/** `-06:00` */
function hoursOf(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const all = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(all / 60))}:${two(all % 60)}`
}
