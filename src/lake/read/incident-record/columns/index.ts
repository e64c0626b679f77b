import type { Ask } from '../ask.ts'
import type { IncidentChoice } from '../choice.ts'
import type { CityWeather } from '../city-weather.ts'
import type { Overview } from '../overview.ts'
import { canChoose } from './choose.ts'
import { overviewOf } from './count.ts'
import { Dictionary } from './dictionary.ts'
import { readMonths, type Dictionaries, type MonthColumns } from './month.ts'
import { newestOf, type Newest } from './newest.ts'

export type { Newest } from './newest.ts'

export interface RecordColumnsDeps {
  /** Asks the engine that makes the record: what it made it has. */
  readonly ask: Ask
  /** Another number whenever any of the record was made anew. */
  readonly version: () => number
  readonly weather: () => Promise<CityWeather>
  /** A larger record is not held; 70 bytes a row. @default 3,000,000 */
  readonly mostRows?: number
}

const MOST_ROWS = 3_000_000
/** Rows read at a time: what they take of the process at once is some 20 ms. */
const ROWS_A_READ = 25_000
/** Texts that no row has any more are put up with so long. */
const MOST_TEXTS_A_ROW = 4
const SOME_TEXTS = 10_000

interface Held {
  readonly dictionaries: Dictionaries
  /** By month of the start, as 201705. */
  readonly months: ReadonlyMap<number, MonthColumns>
  /** What each of them was made of. */
  readonly made: ReadonlyMap<number, string>
}

/**
 * The columns of the incident record by which it is chosen and counted, in memory: a record of many small months costs the engine more to
 * open than to count. Months that were made anew are read anew when somebody next asks.
 */
export class RecordColumns {
  readonly #deps: RecordColumnsDeps
  #held: Held = nothing()
  #version: number | null = null
  #reading: Promise<Held | null> | null = null

  constructor(deps: RecordColumnsDeps) {
    this.#deps = deps
  }

  /** Null where the record is too large to be held, or something else has to tell what is chosen. */
  async overview(choice: IncidentChoice): Promise<Overview | null> {
    if (!canChoose(choice)) return null
    const [held, weather] = await Promise.all([this.#now(), this.#deps.weather()])
    return held && overviewOf(held.months.values(), held.dictionaries, choice, weather)
  }

  /** Null as in `overview`. */
  async newest(choice: IncidentChoice, limit: number): Promise<Newest | null> {
    if (!canChoose(choice)) return null
    const [held, weather] = await Promise.all([this.#now(), this.#deps.weather()])
    return held && newestOf(held.months, held.dictionaries, choice, weather, limit)
  }

  /** Those who ask while it is read wait for the same reading, and look again: something may have been made meanwhile. */
  async #now(): Promise<Held | null> {
    while (this.#version !== this.#deps.version()) {
      const isFirst = this.#reading === null
      this.#reading ??= this.#read().finally(() => (this.#reading = null))
      if ((await this.#reading) === null) return null
      // A record that is made anew all the time is told as it was a moment ago.
      if (isFirst) break
    }
    return this.#held
  }

  async #read(): Promise<Held | null> {
    const { ask, version, mostRows = MOST_ROWS } = this.#deps
    const at = version()
    const book = await ask<MadeRow>(BOOK, {})
    if (book.reduce((sum, { incidents }) => sum + incidents, 0) > mostRows) return null
    const before = isWorn(this.#held) ? nothing() : this.#held
    const stale = book.filter(({ month, made }) => before.made.get(month) !== made)
    const months = new Map(
      [...before.months].filter(([month]) =>
        book.some(one => one.month === month && before.made.get(month) === one.made),
      ),
    )
    for (const some of batches(stale))
      for (const [month, columns] of await readMonths(ask, some, before.dictionaries))
        months.set(month, columns)
    this.#held = {
      dictionaries: before.dictionaries,
      months,
      made: new Map(book.map(({ month, made }) => [month, made])),
    }
    this.#version = at
    return this.#held
  }
}

interface MadeRow {
  readonly month: number
  readonly made: string
  readonly incidents: number
}

/** The book is what a step makes last: what it tells of is in the tables. */
const BOOK = `SELECT b.started_month AS month, concat(toString(b.upto), ' ', b.rules, ' ', toString(b.digest), ' ', toString(b.versions)) AS made,
    toUInt32(b.incidents) AS incidents
  FROM lake.incident_months AS b WHERE b.started_month != 0 ORDER BY month`

function* batches(months: readonly MadeRow[]): Generator<number[]> {
  let some: number[] = []
  let rows = 0
  for (const { month, incidents } of months) {
    if (some.length > 0 && rows + incidents > ROWS_A_READ) {
      yield some
      some = []
      rows = 0
    }
    some.push(month)
    rows += incidents
  }
  if (some.length > 0) yield some
}

function nothing(): Held {
  const dictionaries: Dictionaries = {
    ...{ type: new Dictionary(), quadrant: new Dictionary(), community: new Dictionary() },
    ...{ title: new Dictionary(), description: new Dictionary() },
  }
  return { dictionaries, months: new Map(), made: new Map() }
}

function isWorn({ dictionaries, months }: Held): boolean {
  const rows = [...months.values()].reduce((sum, month) => sum + month.rows, 0)
  const texts = Math.max(dictionaries.title.texts.length, dictionaries.description.texts.length)
  return texts > MOST_TEXTS_A_ROW * rows + SOME_TEXTS
}
