import { createHash } from 'node:crypto'
import { accessSync, constants } from 'node:fs'
import { mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Engine } from '../engine.ts'
import { endOrphan } from '../orphan.ts'
import { databases, readDefinitions, type Definition } from './definitions.ts'
import type { ReaderRights } from './folder.ts'
import { ReaderPool, type ReadingEngine } from './pool.ts'
import { Reader } from './reader.ts'
import { Waker } from './waker.ts'

export type { ReadingEngine } from './pool.ts'

/** Who answers questions, so that the engine that loads serves nobody else. */
export interface Readers {
  /** The page, lists and exports. */
  readonly page: ReadingEngine
  /** Users' own SQL: what it does, and how it ends, touches nobody else. */
  readonly user: ReadingEngine
  /** The next answers must hold what was loaded up to this position. */
  fresh(upto: number): void
  stop(): Promise<void>
}

export interface ReaderOptions {
  /** The data folder. */
  readonly dir: string
  /** `database.table` each that users may read. */
  readonly listed: Iterable<string>
  /** Processes for users' statements that run at a time; one more stands by. */
  readonly users: number
  /** What one statement of a user may hold in memory. */
  readonly maxMemoryBytes: number
  readonly onProblem?: (problem: string) => void
  /** Told of each error that a question ends with, before whoever asked is. */
  readonly onError?: (error: unknown) => void
}

/** What an engine holds before anybody asks it anything, and what the page's statements need beside each other. */
const engineBytes = 512 * 2 ** 20
const pageBytes = 512 * 2 ** 20

/** What one kind of reader is. */
interface Kind {
  readonly name: string
  readonly rights: ReaderRights
  /** By how much it stands back where the processor is short; at 10 it gets a tenth of what the loader or the page gets. */
  readonly niceness: number
  /** How often it looks for new parts, s: whoever looks at the page waits for them less than who asks in SQL. */
  readonly refreshS: number
}

/**
 * Opens readers over the tables of an engine built in: further processes that see what it writes within a second and can do
 * nothing but read it. They are remade when its tables change. The page's are started, the users' at the first question.
 */
export async function openReaders(engine: Engine, options: ReaderOptions): Promise<Readers> {
  const dir = await realpath(resolve(options.dir))
  const base = placeFor(dir)
  await sweep(base)
  let count = 0
  let wanted = 0
  const waker = new Waker()
  const starter = ({ name, rights, niceness, refreshS }: Kind) => {
    const known = new Known(engine, refreshS)
    return async () => {
      const reader = await Reader.start({
        folder: join(base, `${name}-${process.pid}-${count++}`),
        lakeDir: join(dir, 'lake'),
        ...(await known.now()),
        rights,
        maxMemoryBytes: rights.maxMemoryBytes + engineBytes,
        niceness,
      })
      waker.watch(reader.pid)
      return reader
    }
  }
  const common = {
    shape: () => engine.shape,
    wanted: () => wanted,
    onProblem: options.onProblem ?? (() => undefined),
  }
  const everything = { tables: databases.map(name => `${name}.*`), maxMemoryBytes: pageBytes }
  const listed = { tables: [...options.listed], maxMemoryBytes: options.maxMemoryBytes }
  const page = new ReaderPool({
    ...common,
    processes: 1,
    start: starter({ name: 'page', rights: everything, niceness: 0, refreshS: 0.2 }),
  })
  const user = new ReaderPool({
    ...common,
    processes: options.users + 1,
    start: starter({ name: 'user', rights: listed, niceness: 10, refreshS: 0.5 }),
  })
  await page.warm()
  const onError = options.onError ?? (() => undefined)
  return {
    page: overheard(page, onError),
    user: overheard(user, onError),
    fresh: upto => (wanted = Math.max(wanted, upto)),
    stop: async () => {
      await Promise.all([page.stop(), user.stop()])
      waker.stop()
      await rm(base, { recursive: true, force: true })
    },
  }
}

/** The engine answers itself: a server somebody else runs has users and limits of its own. */
export function engineAsReaders(
  engine: Engine,
  onError: (error: unknown) => void = () => undefined,
): Readers {
  const reading = overheard(engine, onError)
  return { page: reading, user: reading, fresh: () => undefined, stop: () => Promise.resolve() }
}

/** The same answers; somebody else hears the errors too. */
function overheard(engine: ReadingEngine, onError: (error: unknown) => void): ReadingEngine {
  const tell = (error: unknown): never => {
    onError(error)
    throw error
  }
  return {
    get state() {
      return engine.state
    },
    query: (sql, options) => engine.query<never>(sql, options).catch(tell),
    stream: async (sql, format, options) => {
      const rows = await engine.stream(sql, format, options).catch(tell)
      return rows.once('error', onError)
    },
  }
}

/** The definitions as of the engine's shape; while it is away, the last ones. */
class Known {
  readonly #engine: Engine
  readonly #refreshS: number
  #last: { definitions: readonly Definition[]; shape: number } | null = null

  constructor(engine: Engine, refreshS: number) {
    this.#engine = engine
    this.#refreshS = refreshS
  }

  async now(): Promise<{ definitions: readonly Definition[]; shape: number }> {
    const { shape } = this.#engine
    if (this.#last?.shape === shape) return this.#last
    try {
      this.#last = { definitions: await readDefinitions(this.#engine, this.#refreshS), shape }
      return this.#last
    } catch (error) {
      if (this.#last === null) throw error
      return { ...this.#last, shape }
    }
  }
}

const memory = '/dev/shm'

/** In memory, where the system has it: a reader starts also on a disk that is full. */
function placeFor(dir: string): string {
  const owner = createHash('sha256').update(dir).digest('hex').slice(0, 16)
  try {
    accessSync(memory, constants.W_OK)
    return join(memory, `arterial-readers-${owner}`)
  } catch {
    return join(dir, 'lake-readers')
  }
}

/** Ends and removes what readers of an earlier, killed server are left: one that sleeps does not notice the end of its parent. */
async function sweep(base: string): Promise<void> {
  for (const name of await readdir(base).catch(() => [])) await endOrphan(join(base, name, 'engine.pid'))
  await rm(base, { recursive: true, force: true })
  await mkdir(base, { recursive: true, mode: 0o700 })
}
