import type { Stream } from '../../core/stream/index.ts'
import { DAY_MS } from '../../core/time/spans.ts'
import type { Quality } from '../../serve/contract/intake/catalog.ts'
import type { Profile } from './schema/profile.ts'
import type { TableRow } from './schema/source-table.ts'

/** Codes of what is wrong with a record; none for one that its stream takes. */
export type ReasonsFor = (record: TableRow, arrivedAtMs: number) => readonly string[]

/** Counts what a reader made of a version's rows, record by record. */
export class RowCheck {
  readonly #stream: Stream
  readonly #reasonsFor: ReasonsFor
  readonly #arrivedAtMs: number
  readonly #keys = new Set<string>()
  readonly #refused = new Map<string, number>()
  #rows = 0
  #valid = 0
  #newestMs = -Infinity

  constructor(stream: Stream, reasonsFor: ReasonsFor, arrivedAtMs: number) {
    this.#stream = stream
    this.#reasonsFor = reasonsFor
    this.#arrivedAtMs = arrivedAtMs
  }

  /** @returns what is wrong with it; nothing where its stream takes it */
  add(record: TableRow): readonly string[] {
    this.#rows++
    const reasons = this.#reasonsFor(record, this.#arrivedAtMs)
    // Each row once, by the first thing that is wrong: the figures add up to the rows.
    const [reason] = reasons
    if (reason !== undefined) {
      this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1)
      return reasons
    }
    this.#valid++
    this.#keys.add(keyOf(this.#stream, record))
    const ms = Date.parse(textOf(record[timeFieldOf(this.#stream)]))
    if (ms > this.#newestMs) this.#newestMs = ms
    return reasons
  }

  /** @param periodMs of the schedule; null: it has none, or this came outside it */
  end({ rows, blanks }: Profile, needs: readonly (readonly string[])[], periodMs: number | null): Quality {
    const missing = blanks.reduce((sum, n) => sum + n, 0)
    const doubles = this.#valid - this.#keys.size
    const known = Number.isFinite(this.#newestMs)
    return {
      completeness: rows === 0 || needs.length === 0 ? null : 1 - missing / (rows * needs.length),
      blanks: Object.fromEntries(
        needs.flatMap((names, i) => ((blanks[i] ?? 0) > 0 ? [[names[0] ?? '', blanks[i] ?? 0]] : [])),
      ),
      validity: this.#rows === 0 ? null : this.#valid / this.#rows,
      refused: Object.fromEntries(this.#refused),
      uniqueness: this.#valid === 0 ? null : this.#keys.size / this.#valid,
      doubles,
      restated: null,
      newest_at: known ? new Date(this.#newestMs).toISOString() : null,
      age_s: known ? Math.max(0, Math.round((this.#arrivedAtMs - this.#newestMs) / 1000)) : null,
      // A source that is read each minute may be quiet for hours: nobody can tell before a day.
      allowed_age_s: periodMs === null ? null : Math.round((periodMs + DAY_MS) / 1000),
    }
  }
}

function keyOf({ once }: Stream, record: TableRow): string {
  if (once.how === 'every') return JSON.stringify(record)
  const names = once.how === 'first' ? [...once.key, once.time] : once.key
  return JSON.stringify(names.map(name => record[name] ?? null))
}

/** The field of the wire that says what a record is about, or of which moment it is. */
function timeFieldOf({ once }: Stream): string {
  return once.how === 'latest' ? once.version : once.time
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
