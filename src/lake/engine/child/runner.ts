import { EngineFault } from './fault.ts'
import {
  StatementQueue,
  literal,
  plain,
  type Outcome,
  type Standing,
  type Surroundings,
} from './statement-queue.ts'
import { isJoinable, type Rows } from './rows.ts'
import { readStatement, type Statement } from './statement.ts'

/** One request as the door understood it. */
export interface EngineRequest {
  readonly sql: string
  /** Rows of an INSERT that came beside or behind the statement. */
  readonly data: { readonly path: string; readonly compression: string } | null
  readonly format: string
  readonly settings: ReadonlyMap<string, string>
  readonly params: ReadonlyMap<string, string>
  readonly database: string
  readonly session: string
  /** Rows are wanted as the engine yields them, where that is possible. */
  readonly stream: boolean
  /** The request may change nothing. */
  readonly readOnly: boolean
}

/** The answer is in memory, or its rows come as the engine yields them. */
export type EngineReply = {
  readonly format: string
  readonly summary: Readonly<Record<string, string>>
} & ({ readonly bytes: Uint8Array } | { readonly rows: Rows })

/** How many connections serve each kind of work. */
const queuesOf: Readonly<Record<string, number>> = {
  load: 1,
  read: 2,
  publish: 1,
  user: 1,
  check: 1,
  admin: 1,
}

/**
 * Whose answers may be of any size and are sent while the engine reads. Opening such an answer holds up this process
 * as long as the engine analyses the statement, and a subquery of a user's may run for minutes then: all others'
 * answers are made in memory, within bounds.
 */
const streaming: ReadonlySet<string> = new Set(['load'])

/** Who asks here in words that are not ours: nothing but reads is run for them, and no answer goes into a file. */
const strangers: ReadonlySet<string> = new Set(['user', 'check'])

/** Two words that every way to write it must have; where they stand, and as what, need not be understood. */
const intoFile = /\binto\b[^]*\boutfile\b/i

/** What an answer that is made in memory may measure in the engine's columns, bytes; more is an error. */
const inMemory: Standing = new Map([
  ['max_result_bytes', String(256 * 2 ** 20)],
  ['result_overflow_mode', 'throw'],
])

/** Running and waiting; users' statements may take half a minute each. */
const maxUserStatements = 16

/** Runs requests on the engine: each session name has its own queues, so none waits for another's work. */
export class Runner {
  readonly #queues = new Map<string, StatementQueue[]>()

  constructor(dir: string) {
    for (const [name, count] of Object.entries(queuesOf)) {
      this.#queues.set(
        name,
        Array.from(
          { length: count },
          (_, i) =>
            new StatementQueue(
              `arterial-${name}-${i}`,
              dir,
              queue => this.#end(queue),
              streaming.has(name) ? undefined : inMemory,
            ),
        ),
      )
    }
  }

  /** @param signal aborted when the caller has gone: a SELECT is then ended, a write that began runs on */
  async run(request: EngineRequest, signal: AbortSignal): Promise<EngineReply> {
    const statement = readStatement(request.sql)
    if (request.readOnly && !reads(statement)) {
      throw new EngineFault(
        164,
        'READONLY',
        'Cannot execute query in readonly mode: GET may only read, use POST',
      )
    }
    if (strangers.has(request.session)) refuseChange(statement)
    if (statement.kind === 'insert') return this.#insert(statement, request, signal)
    if (request.data !== null) {
      throw new EngineFault(36, 'BAD_ARGUMENTS', 'The request carries rows, but the statement takes none')
    }
    return this.#execute(statement, request, signal)
  }

  /** The engine's own answer to a harmless question, beside everything else that goes on. */
  async ask<T>(sql: string): Promise<T[]> {
    const { bytes } = await this.#queue('admin').run(sql, 'JSONEachRow', plain)
    const text = Buffer.from(bytes).toString()
    return text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as T)
  }

  /** Waits for what runs; nothing new may be asked afterwards. */
  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].flat().map(queue => queue.close()))
  }

  #queue(session: string): StatementQueue {
    const queues = this.#queues.get(session)
    if (queues === undefined) {
      const known = [...this.#queues.keys()].join(', ')
      throw new EngineFault(36, 'BAD_ARGUMENTS', `Unknown arterial_session '${session}': one of ${known}`)
    }
    const queue = queues.reduce((least, queue) => (queue.load < least.load ? queue : least))
    if (session === 'user' && queue.load >= maxUserStatements) {
      throw new EngineFault(
        202,
        'TOO_MANY_SIMULTANEOUS_QUERIES',
        'Too many statements of users wait already',
        503,
      )
    }
    return queue
  }

  async #insert(
    insert: Extract<Statement, { kind: 'insert' }>,
    request: EngineRequest,
    signal: AbortSignal,
  ): Promise<EngineReply> {
    const { data } = request
    if (data === null) throw new EngineFault(108, 'NO_DATA_TO_INSERT', 'No data to insert')
    const sql =
      `${insert.target} FROM INFILE ${literal(data.path)} COMPRESSION ${literal(data.compression)} ` +
      `${insert.settings} FORMAT ${insert.format}`
    const outcome = await this.#queue(request.session).run(
      sql,
      request.format,
      around(request, false, false),
      signal,
    )
    const written = { written_rows: String(outcome.rows), written_bytes: String(outcome.readBytes) }
    return { format: request.format, bytes: outcome.bytes, summary: summaryOf(outcome, written) }
  }

  async #execute(
    statement: Exclude<Statement, { kind: 'insert' }>,
    request: EngineRequest,
    signal: AbortSignal,
  ): Promise<EngineReply> {
    const queue = this.#queue(request.session)
    const format = statement.format ?? request.format
    const linger = statement.kind === 'other' && statement.lingers
    const surroundings = around(request, linger, reads(statement))
    if (statement.kind === 'select' && streams(request) && isJoinable(format)) {
      const rows = await queue.stream(statement.text, request.format, surroundings, signal)
      return { format, rows, summary: summaryOf(unknown, {}) }
    }
    const outcome = await queue.run(statement.text, request.format, surroundings, signal)
    return { format, bytes: outcome.bytes, summary: summaryOf(outcome, {}) }
  }

  async #end(queueName: string): Promise<void> {
    await this.ask(`KILL QUERY WHERE Settings['log_comment'] = ${literal(queueName)} ASYNC`)
  }
}

function streams({ stream, session }: EngineRequest): boolean {
  return stream && streaming.has(session)
}

/** The engine's own user may end statements and has no say in where an answer is written. */
function refuseChange(statement: Statement): void {
  if (reads(statement) && statement.kind !== 'insert' && !intoFile.test(statement.text)) return
  throw new EngineFault(
    164,
    'READONLY',
    'Cannot execute query in readonly mode: a statement here may only read',
  )
}

function reads(statement: Statement): boolean {
  return statement.kind === 'select' || (statement.kind === 'other' && statement.reads)
}

function around(request: EngineRequest, lingers: boolean, reads: boolean): Surroundings {
  const { settings, params, database } = request
  return { settings, params, database, lingers, reads }
}

/** Of rows that are still coming. */
const unknown = { rows: 0, readBytes: 0, elapsedS: 0 }

function summaryOf(
  { rows, readBytes, elapsedS }: Omit<Outcome, 'bytes'>,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    read_rows: String(rows),
    read_bytes: String(readBytes),
    written_rows: '0',
    written_bytes: '0',
    total_rows_to_read: '0',
    result_rows: String(rows),
    elapsed_ns: String(Math.round(elapsedS * 1e9)),
    ...more,
  }
}
