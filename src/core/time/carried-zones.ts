import { readFileSync } from 'node:fs'
import { MINUTE_MS } from './spans.ts'

/** The years the table covers; before and after, the runtime's zone data count. */
export const CARRIED_FROM_YEAR = 2000
export const CARRIED_TO_YEAR = 2037

/** Offsets of a zone by the carried data, in order; the first from the beginning of the first year. */
export interface CarriedZone {
  readonly startsMs: readonly number[]
  readonly offsetsMs: readonly number[]
}

interface Table {
  /** IANA's, e.g. `2026c`. */
  readonly version: string
  /** Name in lower case to its line, not taken apart yet. */
  readonly lines: ReadonlyMap<string, string>
}

let table: Table | null = null

/** The version of the zone data that this program carries. */
export function carriedVersion(): string {
  return carried().version
}

/** The offsets of a zone by the carried data; null for a name the data do not have, such as `+05:30`. */
export function carriedZone(name: string): CarriedZone | null {
  const line = carried().lines.get(name.toLowerCase())
  if (line === undefined) return null
  const [, offsets = '', changes = ''] = line.split('\t')
  const offsetsMs = offsets.split(',').map(minutes => Number(minutes) * MINUTE_MS)
  let atMs = Date.UTC(CARRIED_FROM_YEAR)
  const runs =
    changes === ''
      ? []
      : changes.split(' ').map(change => {
          const [minutes = '', offset] = change.split('.')
          atMs += parseInt(minutes, 36) * MINUTE_MS
          return { atMs, offsetMs: offsetsMs[Number(offset)] ?? 0 }
        })
  return {
    startsMs: [Date.UTC(CARRIED_FROM_YEAR), ...runs.map(run => run.atMs)],
    offsetsMs: [offsetsMs[0] ?? 0, ...runs.map(run => run.offsetMs)],
  }
}

/** Read when the first zone is asked for: a command that needs none need not wait. */
function carried(): Table {
  if (table !== null) return table
  const [head = '', , ...lines] = readFileSync(new URL('./zone-data.txt', import.meta.url), 'utf8').split(
    '\n',
  )
  table = {
    version: /data (\S+),/.exec(head)?.[1] ?? 'unknown',
    lines: new Map(
      lines.flatMap(line =>
        (line.split('\t')[0] ?? '').split(' ').map(name => [name.toLowerCase(), line] as const),
      ),
    ),
  }
  return table
}
