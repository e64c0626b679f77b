import { setTimeout as sleep } from 'node:timers/promises'
import { Session } from 'chdb'
import { EngineFault } from './fault.ts'
import { Rows } from './rows.ts'

/** What one request wants around its statement; none of it outlives the request. */
export interface Surroundings {
  readonly settings: ReadonlyMap<string, string>
  readonly params: ReadonlyMap<string, string>
  readonly database: string
  /** The statement changes the connection: throw it away afterwards. */
  readonly lingers: boolean
  /** It only reads: end it when nobody wants its answer any more. A write that began runs on. */
  readonly reads: boolean
}

export interface Outcome {
  readonly bytes: Uint8Array
  readonly rows: number
  readonly readBytes: number
  readonly elapsedS: number
}

export const plain: Surroundings = {
  settings: new Map(),
  params: new Map(),
  database: 'default',
  lingers: false,
  reads: true,
}

/** Settings of a queue where a request says nothing else. */
export type Standing = ReadonlyMap<string, string>

/** Ends what runs under this queue name; resolves when the engine has been told. */
export type EndStatement = (queueName: string) => Promise<void>

/** A statement that was told to end does so within milliseconds, unless it is in a place that never asks. */
const endWithinMs = 60_000

type Work<T> = (session: Session) => Promise<T>

interface Connection {
  readonly session: Session
  readonly settings: Set<string>
  readonly params: Set<string>
  database: string
}

/**
 * A queue before one connection: statements run one after another. Settings, parameters and the database hold
 * for their request only: the next one puts back what it does not set itself.
 *
 * Every queue has its name as `log_comment`, by which another queue can end the statement it is running (the
 * binding itself has no way to cancel).
 */
export class StatementQueue {
  readonly name: string
  readonly #dir: string
  readonly #end: EndStatement
  readonly #standing: Standing
  #connection: Connection | null = null
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(name: string, dir: string, end: EndStatement, standing: Standing = new Map()) {
    this.name = name
    this.#dir = dir
    this.#end = end
    this.#standing = new Map([...standing, ['log_comment', name]])
  }

  /** Statements running or waiting. */
  get load(): number {
    return this.#waiting
  }

  /** Runs when its turn comes, unless `signal` says by then that nobody wants it any more. The answer is in memory. */
  run(sql: string, format: string, around: Surroundings, signal?: AbortSignal): Promise<Outcome> {
    return this.#turn(sql, around, signal, async session => {
      const result = await session.queryAsync(sql, { format })
      return {
        bytes: result.bytes(),
        rows: result.rowsRead,
        readBytes: result.bytesRead,
        elapsedS: result.elapsed,
      }
    })
  }

  /** As `run`, but the answer comes as the engine yields it; the queue is taken until the caller has closed the rows. */
  stream(sql: string, format: string, around: Surroundings, signal?: AbortSignal): Promise<Rows> {
    return new Promise((resolve, reject) => {
      this.#turn(sql, around, signal, async session => {
        const rows = await Rows.open(session.queryStream(sql, { format }))
        resolve(rows)
        await rows.through
      }).catch(reject)
    })
  }

  async close(): Promise<void> {
    await this.#last
    this.#retire()
  }

  #turn<T>(sql: string, around: Surroundings, signal: AbortSignal | undefined, work: Work<T>): Promise<T> {
    this.#waiting++
    const turn = this.#last
      .then(() => this.#execute(sql, around, signal, work))
      .finally(() => this.#waiting--)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #execute<T>(
    sql: string,
    around: Surroundings,
    signal: AbortSignal | undefined,
    work: Work<T>,
  ): Promise<T> {
    signal?.throwIfAborted()
    const connection = await this.#prepare(sql, around)
    let running = true
    let ending: Promise<void> = Promise.resolve()
    const abort = () => {
      if (around.reads) ending = this.#endWhile(() => running)
    }
    signal?.addEventListener('abort', abort, { once: true })
    try {
      signal?.throwIfAborted()
      return await work(connection.session)
    } finally {
      running = false
      signal?.removeEventListener('abort', abort)
      // The order to end must not hit the next statement of this queue.
      await ending
      if (around.lingers || connection.settings.has('readonly')) this.#retire()
    }
  }

  /**
   * Asks again and again: a statement that has only just been handed over is not yet on the engine's list. One that
   * does not end at all would hold the queue for ever: then the engine ends, and is started anew.
   */
  async #endWhile(running: () => boolean): Promise<void> {
    const giveUpAt = performance.now() + endWithinMs
    while (running()) {
      await this.#end(this.name).catch(() => undefined)
      if (running()) await sleep(50)
      if (running() && performance.now() > giveUpAt) {
        process.stderr.write(`a statement of ${this.name} could not be ended\n`)
        process.kill(process.pid, 'SIGKILL') // an orderly exit would wait for it too
      }
    }
  }

  async #prepare(sql: string, around: Surroundings): Promise<Connection> {
    if (this.#connection !== null && hasStaleParameter(this.#connection, sql, around)) this.#retire()
    const connection = (this.#connection ??= await this.#open())
    const changes = changesFor(connection, around, this.#standing)
    try {
      // The database first: after `readonly` nothing may be changed any more.
      if (connection.database !== around.database) {
        await connection.session.queryAsync(`USE ${identifier(around.database)}`)
        connection.database = around.database
      }
      if (changes !== '') await connection.session.queryAsync(`SET ${changes}`)
    } catch (error) {
      this.#retire()
      throw error
    }
    return connection
  }

  async #open(): Promise<Connection> {
    const session = new Session(this.#dir)
    await session.queryAsync(`SET ${[...this.#standing].map(assignment).join(', ')}`)
    return { session, settings: new Set(), params: new Set(), database: 'default' }
  }

  #retire(): void {
    this.#connection?.session.close()
    this.#connection = null
  }
}

/** A parameter cannot be unset: a statement that may mean one of an earlier request gets a fresh connection. */
function hasStaleParameter(connection: Connection, sql: string, around: Surroundings): boolean {
  if (!sql.includes('{')) return false
  return [...connection.params].some(name => !around.params.has(name) && sql.includes(name))
}

function changesFor(connection: Connection, around: Surroundings, standing: Standing): string {
  const changes: string[] = []
  for (const name of connection.settings) {
    const value = standing.get(name)
    if (!around.settings.has(name))
      changes.push(value === undefined ? `${name} = DEFAULT` : assignment([name, value]))
  }
  connection.settings.clear()
  for (const [name, value] of around.settings) {
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw new EngineFault(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`)
    changes.push(assignment([name, value]))
    connection.settings.add(name)
  }
  for (const [name, value] of around.params) {
    if (!/^\w+$/.test(name)) {
      throw new EngineFault(
        36,
        'BAD_ARGUMENTS',
        `Parameter name '${name}' may have letters, digits and _ only`,
      )
    }
    changes.push(`param_${name} = ${literal(value)}`)
    connection.params.add(name)
  }
  return changes.join(', ')
}

function assignment([name, value]: [string, string]): string {
  return `${name} = ${literal(value)}`
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`
}

function identifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}
