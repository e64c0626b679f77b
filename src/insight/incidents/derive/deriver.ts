import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../../../core/errors.ts'
import type { Engine } from '../../../lake/engine/index.ts'
import { BOOK, NO_ROWS, readBook, rowsByMonth, stageBook, stageUpto, swapMonths, swapUpto } from './book.ts'
import type { IncidentRules } from './rules.ts'
import { RECORD_TABLES, STAGING, dropStaging, makeMonths, openStaging, syncedLater } from './staging.ts'
import { LOAD, decisionsOf, monthsOfVersions, monthsTouched } from './versions.ts'
import type { MonthOfVersions } from './versions.ts'

/** How far the lake is loaded. */
export interface Standing {
  /** Every record below it is in its table. */
  readonly visible: number
  /** The same, of tables that may not be level with each other yet. */
  readonly inserted: number
  /** Versions and decisions among these: another number says that some came. */
  readonly rows: number
  /** Another number says that other work may have changed the tables. */
  readonly changes: number
}

export interface DeriverDeps {
  readonly engine: Engine
  readonly standing: () => Standing
  readonly rules: IncidentRules
  /** What keeps it from going on, in words; null: it goes on. */
  readonly onProblem: (message: string | null) => void
}

const LOOK_MS = 100
const RETRY_MS = 1_000
/** While much arrives, what is made anew again and again rests as long as it took, but no longer than this. */
const MOST_REST_MS = 500
/** So many versions are made before their months take their places: what is swapped together is bounded. */
const STEP_VERSIONS = 200_000

/**
 * Keeps the incident record's tables what its versions, decisions and rules say: months that new ones touch are made anew and take the
 * place of the old ones. What a month holds follows from these alone, so that a step that was interrupted is taken again, and a start
 * makes anew what does not match the book.
 */
export class IncidentDeriver {
  readonly #deps: DeriverDeps
  readonly #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #turn: Promise<unknown> = Promise.resolve()
  #steps = 0
  /** Null until tables and book have been compared since other work last had them. */
  #made: number | null = null
  #changes = 0
  /** Versions and decisions that were seen to have come, and where they end: everything behind it is of others. */
  #rows = -1
  #needed = 0

  constructor(deps: DeriverDeps) {
    this.#deps = deps
  }

  /** Every version and decision below this position is in the tables. */
  get made(): number {
    const { visible } = this.#look()
    if (this.#made === null) return 0
    return this.#made >= this.#needed ? Math.max(this.#made, visible) : this.#made
  }

  /** How often anything of the tables was made anew. */
  get steps(): number {
    return this.#steps
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  /** Does something while no month is made. */
  async between<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn
    const done = before.then(work, work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  #look(): Standing {
    const standing = this.#deps.standing()
    if (standing.changes !== this.#changes) {
      this.#changes = standing.changes
      this.#made = null
    }
    if (standing.rows !== this.#rows) {
      this.#rows = standing.rows
      this.#needed = standing.inserted
    }
    return standing
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!this.#isStopped()) {
      const began = performance.now()
      try {
        const { visible } = this.#look()
        const isDue = this.#made === null || (this.#made < this.#needed && this.#made < visible)
        if (isDue) await this.between(() => this.#step(visible))
        if (isDue) this.#deps.onProblem(null)
        const tookMs = performance.now() - began
        await rest(Math.min(MOST_REST_MS, Math.max(LOOK_MS, tookMs)), signal)
      } catch (error) {
        if (this.#isStopped()) return
        this.#made = null
        // The engine or the disk is away: others tell.
        if (!(error instanceof AppError && error.retryable))
          this.#deps.onProblem(error instanceof Error ? error.message : String(error))
        await rest(RETRY_MS, signal)
      }
    }
  }

  async #step(upto: number): Promise<void> {
    const changes = this.#changes
    const months = await this.#stale(upto)
    if (months.length > 0) {
      await this.#make(months, upto)
      await this.#note(upto, this.#deps.rules.fingerprint)
    }
    if (this.#changes === changes) this.#made = upto
  }

  /** The months that have to be made anew: at a start those that do not match the book, later those that were touched. */
  async #stale(upto: number): Promise<MonthOfVersions[]> {
    const { engine, rules } = this.#deps
    if (this.#made !== null) {
      const touched = new Set(await monthsTouched(engine, this.#made, upto))
      if (touched.size === 0) return []
      return withGone(await monthsOfVersions(engine, upto), touched).filter(({ month }) => touched.has(month))
    }
    const [book, versions, rows] = [
      await readBook(engine),
      await monthsOfVersions(engine, upto),
      await rowsByMonth(engine),
    ]
    const touched = new Set(book.upto === null ? [] : await monthsTouched(engine, book.upto, upto))
    const known = new Set([...book.months.keys(), ...rows.keys()])
    return withGone(versions, known).filter(month => {
      const made = book.months.get(month.month)
      if (made === undefined || book.upto === null || touched.has(month.month)) return true
      const isSame =
        made.rules === rules.fingerprint && made.digest === month.digest && made.versions === month.versions
      return !isSame || !isDeepStrictEqual(made.rows, rows.get(month.month) ?? NO_ROWS)
    })
  }

  async #make(months: readonly MonthOfVersions[], upto: number): Promise<void> {
    const { engine, rules } = this.#deps
    const { signal } = this.#stop
    const apart = await decisionsOf(engine)
    for (const some of stepsOf(months)) {
      await openStaging(engine, STAGING)
      await openBookStaging(engine)
      try {
        await makeMonths({ engine, rules, apart, upto, staging: STAGING, signal }, some)
        const rows = await rowsByMonth(engine, STAGING)
        const made = some.map(month => ({
          ...month,
          rules: rules.fingerprint,
          rows: rows.get(month.month) ?? NO_ROWS,
        }))
        await stageBook(
          engine,
          made.filter(({ versions }) => versions > 0),
          upto,
        )
        await engine.sync([...RECORD_TABLES.map(STAGING), `${BOOK}_rebuild`], 'parts')
        await swapMonths(engine, made, STAGING)
        this.#steps++
      } finally {
        await dropStaging(engine, STAGING)
        await engine.exec(`DROP TABLE IF EXISTS ${BOOK}_rebuild`, LOAD)
      }
    }
    await engine.sync([...RECORD_TABLES, BOOK])
  }

  async #note(upto: number, rules: string): Promise<void> {
    const { engine } = this.#deps
    await openBookStaging(engine)
    await stageUpto(engine, upto, rules)
    await engine.sync([`${BOOK}_rebuild`], 'parts')
    await swapUpto(engine)
    await engine.exec(`DROP TABLE IF EXISTS ${BOOK}_rebuild`, LOAD)
    await engine.sync([BOOK])
  }
}

async function openBookStaging(engine: Engine): Promise<void> {
  await engine.exec(`DROP TABLE IF EXISTS ${BOOK}_rebuild`, LOAD)
  await engine.exec(`CREATE TABLE ${BOOK}_rebuild AS ${BOOK}`, LOAD)
  await syncedLater(engine, `${BOOK}_rebuild`)
}

/** Months in order, cut where there is enough to take its place. */
function stepsOf(months: readonly MonthOfVersions[]): MonthOfVersions[][] {
  const steps: MonthOfVersions[][] = []
  let versions = Infinity
  for (const month of months.toSorted((a, b) => a.month - b.month)) {
    if (versions + month.versions > STEP_VERSIONS) {
      steps.push([])
      versions = 0
    }
    steps.at(-1)?.push(month)
    versions += month.versions
  }
  return steps
}

/** Months of which no version is left have to be emptied. */
function withGone(months: readonly MonthOfVersions[], known: ReadonlySet<number>): MonthOfVersions[] {
  const there = new Set(months.map(({ month }) => month))
  const gone = [...known].filter(month => !there.has(month))
  return [...months, ...gone.map(month => ({ month, versions: 0, digest: '0' }))]
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined)
}
