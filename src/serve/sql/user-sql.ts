import type { Engine, QueryOptions } from '../../lake/engine/index.ts'
import {
  answerOf,
  engineFormat,
  formatSettings,
  HeldBytes,
  type SqlAnswer,
  type SqlFormat,
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
  format: SqlFormat,
  signal: AbortSignal,
  /** Who asks: among callers the time is shared out. */
  caller: string,
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
  /** What differs from the usual bounds. */
  readonly queue?: Partial<QueueBounds>
  /** Waits, within bounds, for what had arrived when it is called. @default waits for nothing */
  readonly fresh?: () => Promise<void>
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
  { lake = readableLake, queue = {}, fresh = () => Promise.resolve() }: SqlSurroundings = {},
): RunSql {
  const desk = new Desk(engine, limits, { lake, queue: { ...defaultQueue, ...queue }, fresh })
  return (read, format, signal, caller) => desk.run(read, format, signal, caller)
}

class Desk {
  readonly #engine: SqlEngine
  readonly #limits: SqlLimits
  readonly #lake: ReadableLake
  readonly #queue: SqlQueue
  readonly #parser: EngineParser
  readonly #judge: Judge
  readonly #held = new HeldBytes(maxHeldBytes)
  readonly #fresh: () => Promise<void>

  constructor(
    engine: SqlEngine,
    limits: SqlLimits,
    { lake, queue, fresh }: Required<SqlSurroundings> & { readonly queue: QueueBounds },
  ) {
    this.#engine = engine
    this.#limits = limits
    this.#lake = lake
    this.#fresh = fresh
    this.#queue = new SqlQueue(queue)
    this.#parser = new EngineParser(engine, lake.tables)
    this.#judge = new Judge(lake.tables)
  }

  async run(
    read: () => Promise<SqlRequest>,
    format: SqlFormat,
    signal: AbortSignal,
    caller: string,
  ): Promise<SqlAnswer> {
    const leave = this.#queue.enter(caller)
    try {
      const request = await read()
      signal.throwIfAborted()
      const answer = await this.#answer(request, format, signal, caller)
      answer.body.once('close', leave)
      const late = setTimeout(() => answer.body.destroy(notTaken()), sendWithinMs)
      answer.body.once('close', () => clearTimeout(late))
      return answer
    } catch (error) {
      leave()
      throw meaningOf(error, this.#limits, maxResultBytes)
    }
  }

  async #answer(
    request: SqlRequest,
    format: SqlFormat,
    signal: AbortSignal,
    caller: string,
  ): Promise<SqlAnswer> {
    await this.#fresh()
    return this.#queue.run({ caller, sql: request.body }, signal, async wanted => {
      // Reading counts too: a statement can take long to read.
      const judged = await this.#judge.check(request, this.#parser.for(wanted))
      return this.#run(judged, format, wanted)
    })
  }

  async #run(judged: Judged, format: SqlFormat, wanted: AbortSignal): Promise<SqlAnswer> {
    const limit = AbortSignal.timeout((this.#limits.timeoutS + graceS) * 1000)
    const signal = AbortSignal.any([wanted, limit])
    try {
      await this.#lookAgain(judged, this.#parser.for(signal))
      return await this.#execute(judged, format, signal)
    } catch (error) {
      if (limit.aborted && !wanted.aborted) throw takesTooLong(this.#limits, error)
      throw error
    }
  }

  /** The second look, where the statement would run and within its limits: resolving names computes constants. */
  async #lookAgain({ select, params }: Judged, questions: EngineQuestions): Promise<void> {
    if (select === null) return
    const timeoutS = Math.min(resolveS, this.#limits.timeoutS)
    const tree = await questions.resolved(select, params, this.#place({ ...this.#limits, timeoutS }, {}))
    await this.#judge.checkResolved(tree)
  }

  async #execute({ sql, kind, params }: Judged, format: SqlFormat, signal: AbortSignal): Promise<SqlAnswer> {
    const { maxRows } = this.#limits
    const more = { ...(kind === 'select' && { limit: maxRows + 1 }), ...formatSettings }
    const rows = await this.#engine.stream(sql, engineFormat(format), {
      ...this.#place(this.#limits, more),
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
