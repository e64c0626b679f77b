import { words } from '../../../ui/format.ts'

/** What one version says otherwise than the one before. */
export interface Version {
  readonly atMs: number
  /** By whom it was said. */
  readonly source: string | null
  readonly changes: readonly Change[]
  readonly first: boolean
  readonly withdrawn: boolean
}

export interface Change {
  readonly label: string
  readonly from: string
  readonly to: string
}

type Row = Readonly<Record<string, unknown>>

/** They say when and how a version came, not what it says. */
const NOT_SAID = new Set([
  'position',
  'arrived_at',
  'updated_at',
  'source',
  'event_id',
  'work_zone_id',
  'withdrawn',
])
/** Shown as changed, not as what they became: nobody reads coordinates. */
const DEEP = new Set(['geometry', 'line', 'lanes', 'restrictions', 'related', 'description'])
const NOTHING = '–'

/** Versions, the newest first. One that says nothing else than the one before is left out, but for the first. */
export function historyOf(rows: readonly Row[], instantText: (atMs: number) => string): Version[] {
  const ordered = [...rows].sort(
    (a, b) => timeOf(a) - timeOf(b) || numberOf(a, 'position') - numberOf(b, 'position'),
  )
  return ordered
    .map((row, i): Version => {
      const before = ordered[i - 1]
      return {
        atMs: timeOf(row),
        source: typeof row['source'] === 'string' ? row['source'] : null,
        changes: before === undefined ? [] : changesOf(before, row, instantText),
        first: before === undefined,
        withdrawn: row['withdrawn'] === true && before?.['withdrawn'] !== true,
      }
    })
    .filter(version => version.first || version.withdrawn || version.changes.length > 0)
    .reverse()
}

function changesOf(before: Row, after: Row, instantText: (atMs: number) => string): Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap(name => {
    if (NOT_SAID.has(name)) return []
    const [from, to] = [before[name] ?? null, after[name] ?? null]
    if (JSON.stringify(from) === JSON.stringify(to)) return []
    const text = (value: unknown) =>
      DEEP.has(name) ? (value === null ? NOTHING : 'given') : textOf(name, value, instantText)
    return [
      {
        label: words(name.replace(/_(at|id|kmh)$/, '')),
        from: text(from),
        to: DEEP.has(name) ? 'changed' : text(to),
      },
    ]
  })
}

function textOf(name: string, value: unknown, instantText: (atMs: number) => string): string {
  if (value === null) return NOTHING
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string' && name.endsWith('_at') && !Number.isNaN(Date.parse(value)))
    return instantText(Date.parse(value))
  if (Array.isArray(value)) return value.map(String).join(', ')
  if (typeof value === 'string') return /^[a-z_-]+$/.test(value) ? words(value).toLowerCase() : value
  return typeof value === 'number' ? value.toLocaleString('en-US') : 'changed'
}

function timeOf(row: Row): number {
  for (const name of ['updated_at', 'arrived_at']) {
    const value = row[name]
    const ms = typeof value === 'string' ? Date.parse(value) : NaN
    if (!Number.isNaN(ms)) return ms
  }
  return 0
}

function numberOf(row: Row, name: string): number {
  return Number(row[name] ?? 0)
}
