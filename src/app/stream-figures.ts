import type { Stream } from '../core/stream/index.ts'
import type { Engine } from '../lake/engine/index.ts'
import type { Ledger } from '../lake/once/ledger.ts'
import { tableOf, timeColumnOf } from '../lake/streams/tables.ts'
import type { StreamStatus } from '../serve/contract/index.ts'

/** What the engine alone can tell of a stream. */
interface Asked {
  /** Rows when it was asked: with as many there is nothing new to ask. */
  readonly rows: number
  readonly newestMs: number | null
}

type Loaded = Pick<Ledger, 'streamCount' | 'tables'>

/** Figures of every stream for the status: counts are the loader's, the newest and the conflicts are asked for now and then. */
export class StreamFigures {
  readonly #streams: readonly Stream[]
  readonly #engine: Pick<Engine, 'query'>
  readonly #asked = new Map<string, Asked>()
  #conflicts: ReadonlyMap<string, number> = new Map()
  #askedConflicts = -1
  #last: Loaded | null = null

  constructor(streams: readonly Stream[], engine: Pick<Engine, 'query'>) {
    this.#streams = streams
    this.#engine = engine
  }

  /** @param ledger null while nothing is loaded: then the last known counts stand */
  now(ledger: Loaded | null): StreamStatus[] {
    if (ledger !== null) this.#last = ledger
    return this.#streams.map(stream => {
      const { name, title } = stream
      const { records, rows, refused, repeats } = this.#last?.streamCount(stream) ?? NOTHING
      const newestMs = this.#asked.get(name)?.newestMs ?? null
      const conflicts = this.#conflicts.get(name) ?? 0
      return {
        ...{ name, title, records, rows, quarantined: refused, conflicts },
        repeats: Math.max(0, repeats - conflicts),
        newestAt: newestMs === null ? null : new Date(newestMs).toISOString(),
      }
    })
  }

  /** Asks the engine what changed since. @throws where it is away */
  async ask(): Promise<void> {
    for (const stream of this.#streams) {
      const rows = this.#last?.streamCount(stream).rows ?? 0
      if (rows === (this.#asked.get(stream.name)?.rows ?? 0)) continue
      const [row] = await this.#engine.query<{ newest: number | null }>(
        `SELECT if(count() = 0, NULL, toFloat64(toUnixTimestamp64Milli(max(${timeColumnOf(stream)})))) AS newest FROM ${tableOf(stream)}`,
      )
      this.#asked.set(stream.name, { rows, newestMs: row?.newest ?? null })
    }
    const conflicts = this.#last?.tables['streamConflicts'] ?? 0
    if (conflicts === this.#askedConflicts) return
    const counts = await this.#engine.query<{ stream: string; n: number }>(
      'SELECT stream, toFloat64(count()) AS n FROM lake.stream_conflicts GROUP BY stream',
    )
    this.#conflicts = new Map(counts.map(({ stream, n }) => [stream, n]))
    this.#askedConflicts = conflicts
  }
}

const NOTHING = { records: 0, rows: 0, refused: 0, repeats: 0 }
