import { stat } from 'node:fs/promises'
import { EngineFault } from './fault.ts'
import { Lane, literal, plain, type Outcome, type Surroundings } from './lane.ts'
import type { Spool } from './spool.ts'
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
  /** The whole answer in one piece is wanted (small ones); else a SELECT's rows go through a file. */
  readonly whole: boolean
  /** The request may change nothing. */
  readonly readOnly: boolean
}

export interface EngineReply {
  readonly format: string
  readonly bytes: Uint8Array | null
  /** A file with the rows; the door sends and removes it. */
  readonly file: string | null
  readonly summary: Readonly<Record<string, string>>
}

/** How many connections serve each kind of work. */
const lanesOf: Readonly<Record<string, number>> = { load: 1, read: 2, user: 1, check: 1, admin: 1 }

/** Running and waiting; users' statements may take half a minute each. */
const maxUserStatements = 16

/** Runs requests on the engine: each session name has its own lanes, so none waits for another's work. */
export class Runner {
  readonly #lanes = new Map<string, Lane[]>()
  readonly #spool: Spool

  constructor(dir: string, spool: Spool) {
    this.#spool = spool
    for (const [name, count] of Object.entries(lanesOf)) {
      this.#lanes.set(
        name,
        Array.from(
          { length: count },
          (_, i) => new Lane(`arterial-${name}-${i}`, dir, lane => this.#end(lane)),
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
    if (statement.kind === 'insert') return this.#insert(statement, request, signal)
    if (request.data !== null) {
      throw new EngineFault(36, 'BAD_ARGUMENTS', 'The request carries rows, but the statement takes none')
    }
    return this.#execute(statement, request, signal)
  }

  /** The engine's own answer to a harmless question, beside everything else that goes on. */
  async ask<T>(sql: string): Promise<T[]> {
    const { bytes } = await this.#lane('admin').run(sql, 'JSONEachRow', plain)
    const text = Buffer.from(bytes).toString()
    return text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as T)
  }

  /** Waits for what runs; nothing new may be asked afterwards. */
  async close(): Promise<void> {
    await Promise.all([...this.#lanes.values()].flat().map(lane => lane.close()))
  }

  #lane(session: string): Lane {
    const lanes = this.#lanes.get(session)
    if (lanes === undefined) {
      const known = [...this.#lanes.keys()].join(', ')
      throw new EngineFault(36, 'BAD_ARGUMENTS', `Unknown arterial_session '${session}': one of ${known}`)
    }
    const lane = lanes.reduce((least, lane) => (lane.load < least.load ? lane : least))
    if (session === 'user' && lane.load >= maxUserStatements) {
      throw new EngineFault(
        202,
        'TOO_MANY_SIMULTANEOUS_QUERIES',
        'Too many statements of users wait already',
        503,
      )
    }
    return lane
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
    const outcome = await this.#lane(request.session).run(
      sql,
      request.format,
      around(request, false, false),
      signal,
    )
    const { size } = await stat(data.path)
    const written = { written_rows: String(outcome.rows), written_bytes: String(outcome.readBytes) }
    return reply(request.format, outcome, {
      ...written,
      read_rows: written.written_rows,
      read_bytes: String(size),
    })
  }

  async #execute(
    statement: Exclude<Statement, { kind: 'insert' }>,
    request: EngineRequest,
    signal: AbortSignal,
  ): Promise<EngineReply> {
    const lane = this.#lane(request.session)
    const selects = statement.kind === 'select'
    const format = statement.format ?? request.format
    const file = selects && !request.whole ? this.#spool.outward() : null
    const sql = file !== null && selects ? intoFile(statement, file, format) : statement.text
    const linger = !selects && statement.lingers
    try {
      const outcome = await lane.run(sql, request.format, around(request, linger, reads(statement)), signal)
      return { ...reply(format, outcome, {}), file, bytes: file === null ? outcome.bytes : null }
    } catch (error) {
      if (file !== null) this.#spool.remove(file)
      throw error
    }
  }

  async #end(laneName: string): Promise<void> {
    await this.ask(`KILL QUERY WHERE Settings['log_comment'] = ${literal(laneName)} ASYNC`)
  }
}

function intoFile(select: Extract<Statement, { kind: 'select' }>, file: string, format: string): string {
  const body = select.text.slice(0, select.formatAt)
  const clause = select.text.slice(select.formatAt)
  // The line end closes a comment that the text may end in.
  return `${body}\nINTO OUTFILE ${literal(file)} ${clause === '' ? `FORMAT ${format}` : clause}`
}

function reads(statement: Statement): boolean {
  return statement.kind === 'select' || (statement.kind === 'other' && statement.reads)
}

function around(request: EngineRequest, lingers: boolean, reads: boolean): Surroundings {
  const { settings, params, database } = request
  return { settings, params, database, lingers, reads }
}

function reply(format: string, outcome: Outcome, more: Readonly<Record<string, string>>): EngineReply {
  const summary = {
    read_rows: String(outcome.rows),
    read_bytes: String(outcome.readBytes),
    written_rows: '0',
    written_bytes: '0',
    total_rows_to_read: '0',
    result_rows: String(outcome.rows),
    elapsed_ns: String(Math.round(outcome.elapsedS * 1e9)),
    ...more,
  }
  return { format, bytes: outcome.bytes, file: null, summary }
}
