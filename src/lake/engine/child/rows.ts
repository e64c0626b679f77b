import type { ChdbQueryStream, StreamChunk } from 'chdb'

/**
 * The rows of a SELECT, as the engine yields them: no file lies in between, and `bytes` ends only after the engine has
 * said that there are no more. Whatever else ends them is thrown.
 */
export class Rows {
  /** Resolves when nothing of them is fetched any more: the connection is free. */
  readonly through: Promise<void>
  readonly #chunks: AsyncIterator<StreamChunk>
  readonly #first: IteratorResult<StreamChunk>
  #free = () => {}

  private constructor(chunks: AsyncIterator<StreamChunk>, first: IteratorResult<StreamChunk>) {
    this.#chunks = chunks
    this.#first = first
    this.through = new Promise(resolve => (this.#free = resolve))
  }

  /** Waits for the first rows, so that a statement which fails at once is refused and not broken off. */
  static async open(stream: ChdbQueryStream): Promise<Rows> {
    const chunks = stream[Symbol.asyncIterator]()
    return new Rows(chunks, await chunks.next())
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    for (let next = this.#first; next.done !== true; next = await this.#chunks.next()) yield next.value.raw()
  }

  /** Must be called, read or not. */
  async close(): Promise<void> {
    try {
      await this.#chunks.return?.()
    } finally {
      this.#free()
    }
  }
}

/** Formats whose chunks, one behind the other, are the whole; others would begin anew with each chunk. */
const joinable = new Set([
  'RowBinary',
  'Native',
  'TabSeparated',
  'TSV',
  'TSVRaw',
  'CSV',
  'JSONEachRow',
  'JSONCompactEachRow',
])

export function isJoinable(format: string): boolean {
  return joinable.has(format)
}
