import { PACKED_SIDECAR_END, SEGMENT_END, SIDECAR_END } from '../../core/segment-names.ts'
import type { Engine } from '../engine/index.ts'

const LOAD = { session: 'load' } as const

/** What bronze needs of the log. */
export interface SegmentList {
  segments(): readonly { readonly base: number }[]
}

/** bronze reads the log's segments in place. The engine looks for the files when a table is made, so it is made anew whenever they change. */
export class Bronze {
  readonly #engine: Engine
  readonly #logDir: string
  readonly #log: SegmentList
  #bases = ''
  #opening: Promise<void> = Promise.resolve()

  constructor(engine: Engine, logDir: string, log: SegmentList) {
    this.#engine = engine
    this.#logDir = logDir
    this.#log = log
  }

  /** Makes the tables see every segment there is now. Cheap when nothing changed. */
  refresh(): Promise<void> {
    this.#opening = this.#opening.catch(() => {}).then(() => this.#refresh())
    return this.#opening
  }

  async #refresh(): Promise<void> {
    const bases = this.#log
      .segments()
      .map(segment => segment.base)
      .join()
    if (bases === this.#bases) return
    await openBronze(this.#engine, this.#logDir)
    this.#bases = bases
  }
}

/** Makes the tables over the files of a folder: they read lines, and nothing but this program can write them. */
export async function openBronze(engine: Engine, logDir: string): Promise<void> {
  const path = logDir.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  await engine.exec(
    `CREATE OR REPLACE TABLE bronze.segments (line String) ENGINE = File(LineAsString, '${path}/*${SEGMENT_END}')`,
    LOAD,
  )
  await engine.exec(
    `CREATE OR REPLACE TABLE bronze.frames (line String) ENGINE = File(LineAsString, '${path}/*{${SIDECAR_END},${PACKED_SIDECAR_END}}')`,
    LOAD,
  )
}
