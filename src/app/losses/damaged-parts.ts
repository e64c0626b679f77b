import { EngineQueryError } from '../../core/errors.ts'
import type { Losses } from '../../core/losses.ts'
import type { Engine } from '../../lake/engine/index.ts'
import type { Loader } from '../../lake/load/loader.ts'
import { NO_CHECKPOINT } from '../../lake/once/checkpoint.ts'
import type { Ledger } from '../../lake/once/ledger.ts'
import {
  checkParts,
  damageCodes,
  damagedBehind,
  isDamage,
  partNamedIn,
  partsOut,
  removeParts,
  takeOut,
} from '../../lake/repair/damaged-parts.ts'
import type { DamagedPart, PartWatch } from '../../lake/repair/damaged-parts.ts'
import { contradictions } from '../../lake/repair/part-contradictions.ts'
import type { ProblemBoard } from '../problems.ts'
import type { ShutdownSteps } from '../shutdown-steps.ts'

export interface DamagedPartsDeps {
  readonly engine: Engine
  readonly log: { readonly floor: number; readonly losses: Pick<Losses, 'list'> }
  readonly problems: Pick<ProblemBoard, 'set'>
  /** Writes anew what each start writes and no log has. */
  readonly writeSettings: () => Promise<void>
  readonly onProgress: (line: string) => void
}

/** How often the engine is asked whether it met damage by itself, as it does when it merges parts. */
const ASK_EVERY_MS = 30_000
/** Where no part is named the whole lake has to be read: so often at most. */
const WHOLE_EVERY_MS = 600_000
/** So many parts may be found damaged one after the other before a start gives up. */
const MAX_DAMAGED = 100
/** Parts in the problem's sentence. */
const NAMED = 3
/** Which days an administrator had rebuilt: no log has that. */
const REBUILT_DAYS = 'lake.rebuilt_days'

/**
 * Has parts of the lake with damaged files made anew from the log, whoever meets them, and tells of them by table and part.
 * What the log can't give back is a loss, and is told as one.
 */
export class DamagedParts implements PartWatch {
  readonly #deps: DamagedPartsDeps
  readonly #found = new Map<string, DamagedPart>()
  #isMending = false
  #wholeAtMs = -Infinity
  #looking: Promise<void> | null = null

  constructor(deps: DamagedPartsDeps) {
    this.#deps = deps
  }

  /** Runs the first work of a start; where it meets damaged parts, they are taken out and it is run again. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    for (let met = 0; ; met++) {
      try {
        return await work()
      } catch (error) {
        const parts = met < MAX_DAMAGED ? await damagedBehind(this.#deps.engine, error) : []
        if (parts.length === 0) throw error
        await takeOut(this.#deps.engine, parts, this)
      }
    }
  }

  /** Takes out parts that nobody would meet, because the engine believes what is wrong in them. */
  async lookForContradictions(): Promise<void> {
    const { engine } = this.#deps
    await takeOut(engine, await contradictions(engine), this)
  }

  /** Looks at what others meet from now on: whoever calls `met`, and the engine by itself. */
  watch(loader: Loader, undo: ShutdownSteps): (error: unknown) => void {
    const { engine } = this.#deps
    const stop = new AbortController()
    const met = (error: unknown) => {
      if (!isDamage(error) || stop.signal.aborted) return
      this.#looking ??= this.#mend(loader, error, stop.signal)
        // While the engine is away there is nothing to ask it; the next one who meets the damage asks again.
        .catch(() => undefined)
        .finally(() => (this.#looking = null))
    }
    let told = 0
    const timer = setInterval(() => {
      void engineErrors(engine).then(
        found => {
          if (found.count > told) met(new EngineQueryError(found.message, found.code))
          told = found.count
        },
        () => undefined,
      )
    }, ASK_EVERY_MS)
    timer.unref()
    // An engine that is started anew leaves out what it can't open, and nobody would meet it.
    const ended = engine.onState(state => {
      if (state === 'ready')
        void loader.exclusively(() => Promise.resolve(), stop.signal).catch(() => undefined)
    })
    undo.push(async () => {
      clearInterval(timer)
      ended()
      stop.abort()
      await this.#looking
    })
    return met
  }

  async takenOut(parts: readonly DamagedPart[]): Promise<void> {
    if (parts.length === 0) return
    for (const part of parts) this.#note(part)
    if (parts.some(({ table }) => table.startsWith('lake.'))) await this.#deps.writeSettings()
  }

  async mended({
    silverFloorMs,
    streamFloors,
  }: Pick<Ledger, 'silverFloorMs' | 'streamFloors'>): Promise<void> {
    const { engine, log, problems, onProgress } = this.#deps
    const out = await partsOut(engine)
    for (const { table, part, reason } of out) {
      const key = `${table} ${part}`
      if (this.#found.has(key)) continue
      // What was taken out has no other name; what the engine left out says so in its name.
      const why = reason === '' ? 'taken out at an earlier start' : `the engine left it out as ${reason}`
      this.#found.set(key, { table, part, reason: why })
      onProgress(`DAMAGED: part ${part} of ${table} stands beside its table (${why})`)
    }
    if (this.#found.size === 0) return
    this.#isMending = false
    // Gold outlives silver and silver the log: of what retention dropped, a part may be the only copy.
    const hasDropped = log.floor > 0 || silverFloorMs > NO_CHECKPOINT.silverFloorMs || streamFloors.size > 0
    const isWhole = !hasDropped && log.losses.list().length === 0
    const kept = out.filter(({ table }) => !isWhole || table === REBUILT_DAYS)
    await removeParts(
      engine,
      out.filter(part => !kept.includes(part)),
    )
    problems.set('lake_damaged', this.#text(kept.map(({ path }) => path)))
  }

  #note(part: DamagedPart): void {
    this.#found.set(`${part.table} ${part.part}`, part)
    this.#isMending = true
    this.#deps.onProgress(
      `DAMAGED: part ${part.part} of ${part.table} (${part.reason}); its rows are made anew from the log`,
    )
    this.#deps.problems.set('lake_damaged', this.#text([]))
  }

  async #mend(loader: Loader, error: EngineQueryError, signal: AbortSignal): Promise<void> {
    const { engine } = this.#deps
    const named = partNamedIn(error.message)
    let parts = named === null ? [] : await checkParts(engine, named)
    // A message may name no part, or one that was merged since; and a user's statement may end so by itself.
    if (parts.length === 0 && performance.now() - this.#wholeAtMs > WHOLE_EVERY_MS) {
      this.#wholeAtMs = performance.now()
      parts = await checkParts(engine, null, signal)
    }
    if (parts.length > 0) await loader.mendParts(parts, signal)
  }

  #text(kept: readonly string[]): string {
    const found = [...this.#found.values()]
    const shown = found
      .slice(0, NAMED)
      .map(({ table, part, reason }) => `part ${part} of ${table} (${reason})`)
    const more = found.length > NAMED ? ` and ${found.length - NAMED} more` : ''
    const what = `Files of the lake were damaged: ${shown.join(', ')}${more}.`
    if (this.#isMending)
      return `${what} The rows are being made anew from the log; until then figures lack them.`
    const rebuilt = found.some(({ table }) => table === REBUILT_DAYS)
      ? ' Which days had been rebuilt is no longer known: run `arterial lake rebuild` for them again.'
      : ''
    const files =
      kept.length === 0
        ? ''
        : ` The damaged files are kept (${kept.slice(0, NAMED).join(', ')}); when nobody needs them any more, remove them.`
    const until = kept.length === 0 ? 'the next start' : 'the first start after that'
    return `${what} The rows were made anew from the log, as far as it holds them.${rebuilt}${files} A disk that changes bytes may be failing: look at it (dmesg, smartctl). This note goes with ${until}.`
  }
}

/** What the engine met since it was started, of damage. */
async function engineErrors(engine: Engine): Promise<{ count: number; message: string; code: number }> {
  const [row] = await engine.query<{ count: number; message: string; code: number }>(
    `SELECT toFloat64(sum(e.value)) AS count, argMax(e.last_error_message, e.last_error_time) AS message,
       toInt32(argMax(e.code, e.last_error_time)) AS code FROM system.errors AS e WHERE e.code IN {codes:Array(Int32)}`,
    { params: { codes: damageCodes } },
  )
  return row ?? { count: 0, message: '', code: 0 }
}
