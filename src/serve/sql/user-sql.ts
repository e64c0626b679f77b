import type { Engine, QueryOptions } from '../../lake/engine/index.ts'
import {
  answerOf,
  engineFormat,
  formatSettings,
  HeldBytes,
  type AnswerFormat,
  type SqlAnswer,
} from './answer.ts'
import { Judge, type Judged } from './judge/index.ts'
import { less, meaningOf, takesTooLong, type SqlLimits } from './meaning.ts'
import { EngineParser, type EngineQuestions } from './parser.ts'
import { SqlQueue, type QueueBounds } from './queue.ts'
import { SqlLimitError } from './refused.ts'
import type { SqlRequest } from './statement.ts'
import { readableLake, type ReadableLake } from './tables.ts'

/**
 * Runs one read-only statement over the lake's tables. What is sent is read when its turn comes.
 * @throws {AppError} when the statement is refused, wrong, over its limits, or one too many
 */
export type RunSql = (
  read: () => Promise<SqlRequest>,
  format: AnswerFormat,
  signal: AbortSignal,
  /** Who asks: among callers the time is shared out. */
  caller: string,
  /** Of this caller. @default those of everybody */
  limits?: SqlLimits,
) => Promise<SqlAnswer>

/** What users' statements are run on: nothing but reads. */
export type SqlEngine = Pick<Engine, 'query' | 'stream'>

/** What an answer may measure. */
const maxResultBytes = 64 * 2 ** 20
/** What all answers together may take while they wait for their callers. */
const maxHeldBytes = 96 * 2 ** 20
/** What a row may: one is read in one go, and everybody else waits meanwhile. */
const maxRowBytes = 2 ** 20
/** A statement that the engine has not ended itself by then is ended with force. */
const graceS = 10
/** Constants and scalar subqueries are computed when names are resolved; then the statement has its whole time again. */
const resolveS = 10
/** A caller takes a whole answer within this, ms, or loses it: it holds a place that others wait for. */
const sendWithinMs = 120_000

/** As many wait as come to their turn in time, when most are quick. */
const defaultQueue: QueueBounds = { places: 32, waitMs: 10_000, sliceMs: 1_500, longPlaces: 4 }

export interface SqlSurroundings {
  readonly lake?: ReadableLake
  /** The line before the engine, where others stand in it too. @default one of its own */
  readonly queue?: SqlQueue
  /** Waits, within bounds, for what had arrived when it is called. @default waits for nothing */
  readonly fresh?: () => Promise<void>
}

/** A line for users' statements, for one engine. @param bounds what differs from the usual */
export function sqlQueue(bounds: Partial<QueueBounds> = {}): SqlQueue {
  return new SqlQueue({ ...defaultQueue, ...bounds })
}

/**
 * Runs users' statements: checked, read-only, few at a time, each within its limits, so that none takes the loader's or the
 * page's place, or the main thread.
 *
 * @returns the function for the SQL route; it throws SqlRefusedError, SqlLimitError, SqlBusyError, or
 *   EngineQueryError for what the engine finds wrong in the statement
 */
export function userSql(
  engine: SqlEngine,
  limits: SqlLimits,
  { lake = readableLake, queue = sqlQueue(), fresh = () => Promise.resolve() }: SqlSurroundings = {},
): RunSql {
  const desk = new Desk(engine, { lake, queue, fresh })
  return (read, format, signal, caller, own = limits) =>
    desk.run(read, { format, limits: own, signal, caller })
}

/** How one statement is run. */
interface Wish {
  readonly format: AnswerFormat
  readonly limits: SqlLimits
  readonly signal: AbortSignal
  readonly caller: string
}

class Desk {
  readonly #engine: SqlEngine
  readonly #lake: ReadableLake
  readonly #queue: SqlQueue
  readonly #parser: EngineParser
  readonly #judge: Judge
  readonly #held = new HeldBytes(maxHeldBytes)
  readonly #fresh: () => Promise<void>

  constructor(engine: SqlEngine, { lake, queue, fresh }: Required<SqlSurroundings>) {
    this.#engine = engine
    this.#lake = lake
    this.#fresh = fresh
    this.#queue = queue
    this.#parser = new EngineParser(engine, lake.tables)
    this.#judge = new Judge(lake.tables)
  }

  async run(read: () => Promise<SqlRequest>, wish: Wish): Promise<SqlAnswer> {
    const { limits, signal, caller } = wish
    const leave = this.#queue.enter(caller)
    try {
      const request = await read()
      signal.throwIfAborted()
      const answer = await this.#answer(request, wish)
      answer.body.once('close', leave)
      const late = setTimeout(() => answer.body.destroy(notTaken()), sendWithinMs)
      answer.body.once('close', () => clearTimeout(late))
      return answer
    } catch (error) {
      leave()
      throw meaningOf(error, limits, maxResultBytes)
    }
  }

  async #answer(request: SqlRequest, wish: Wish): Promise<SqlAnswer> {
    await this.#fresh()
    const { caller, signal } = wish
    return this.#queue.run({ caller, sql: request.body }, signal, async wanted => {
      // Reading counts too: a statement can take long to read.
      const judged = await this.#judge.check(request, this.#parser.for(wanted))
      return this.#run(judged, wish, wanted)
    })
  }

  async #run(judged: Judged, { format, limits }: Wish, wanted: AbortSignal): Promise<SqlAnswer> {
    const limit = AbortSignal.timeout((limits.timeoutS + graceS) * 1000)
    const signal = AbortSignal.any([wanted, limit])
    try {
      await this.#lookAgain(judged, limits, this.#parser.for(signal))
      return await this.#execute(judged, format, limits, signal)
    } catch (error) {
      if (limit.aborted && !wanted.aborted) throw takesTooLong(limits, error)
      throw error
    }
  }

  /** The second look, where the statement would run and within its limits: resolving names computes constants. */
  async #lookAgain({ select, params }: Judged, limits: SqlLimits, questions: EngineQuestions): Promise<void> {
    if (select === null) return
    const timeoutS = Math.min(resolveS, limits.timeoutS)
    const tree = await questions.resolved(select, params, this.#place({ ...limits, timeoutS }, {}))
    await this.#judge.checkResolved(tree)
  }

  async #execute(
    { sql, kind, params }: Judged,
    format: AnswerFormat,
    limits: SqlLimits,
    signal: AbortSignal,
  ): Promise<SqlAnswer> {
    const { maxRows } = limits
    const more =
      typeof format === 'string'
        ? { ...(kind === 'select' && { limit: maxRows + 1 }), ...formatSettings }
        : { ...format.settings, ...(kind === 'select' && { max_result_rows: maxRows }) }
    const rows = await this.#engine.stream(sql, engineFormat(format), {
      ...this.#place(limits, more),
      params,
      signal,
    })
    const bounds = { maxRows, maxRowBytes, maxBytes: maxResultBytes, tooLarge }
    return answerOf(rows, format, bounds, this.#held)
  }

  #place(limits: SqlLimits, more: Record<string, string | number>): QueryOptions {
    return { session: 'user', database: this.#lake.home, settings: { ...more, ...settingsFor(limits) } }
  }
}

function settingsFor(limits: SqlLimits): Record<string, string | number> {
  return {
    max_execution_time: limits.timeoutS,
    max_memory_usage: limits.maxMemoryBytes,
    max_result_bytes: maxResultBytes,
    result_overflow_mode: 'throw',
    max_threads: 1,
    // A function works on a block in one go, and cannot be ended within it.
    max_block_size: 8_192,
    // Nothing of it goes to the disk: too large is an error, not a slower answer.
    max_bytes_ratio_before_external_group_by: 0,
    max_bytes_ratio_before_external_sort: 0,
    // The last one: behind it no setting may be changed.
    readonly: 1,
  }
}

const tooLarge = () =>
  new SqlLimitError(
    `the answer is larger than ${maxResultBytes} bytes, or a row than ${maxRowBytes}: ${less}`,
  )

const notTaken = () => new SqlLimitError(`the answer was not taken within ${sendWithinMs / 1000} s: ${less}`)
