import type { ConflictRow } from '../queries.ts'
import type { Happening } from './happening.ts'

/** Two that get in each other's way: at one time, and near each other. */
export interface Conflict {
  readonly a: Happening
  readonly b: Happening
  readonly fromMs: number
  readonly toMs: number
  readonly apartM: number
  /** Why it matters, in words. */
  readonly why: string
}

const WHY: Readonly<Partial<Record<string, string>>> = {
  works_beside_works: 'works beside works',
  detour_through_works: 'a detour leads through works',
  detour_through_closed_roads: 'a detour leads through closed roads',
  lanes_taken_where_people_come: 'lanes are taken where people come',
  two_crowds: 'two crowds at one time',
  both_close_roads: 'both close roads',
}

/** The pairs of gold.conflicts whose two are known here, by time; what neither takes room from the other is left out. */
export function conflictsOf(rows: readonly ConflictRow[], happenings: readonly Happening[]): Conflict[] {
  if (rows.length === 0) return []
  const byKey = new Map(happenings.map(happening => [happening.key, happening]))
  return rows
    .flatMap(row => {
      const a = byKey.get(keyOf(row.kind, row.id))
      const b = byKey.get(keyOf(row.other_kind, row.other_id))
      if (a === undefined || b === undefined || row.why === null || row.is_near !== true) return []
      const why = WHY[row.why] ?? row.why.replaceAll('_', ' ')
      const [first, second] = a.startMs <= b.startMs ? [a, b] : [b, a]
      const times = { fromMs: row.starts_at, toMs: row.ends_at }
      return [{ a: first, b: second, ...times, apartM: row.distance_m ?? 0, why }]
    })
    .sort((a, b) => a.fromMs - b.fromMs)
}

/** As a happening's own key. */
function keyOf(kind: string, id: string): string {
  return `${kind === 'work_zone' ? 'zone' : kind}:${id}`
}
