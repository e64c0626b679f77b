import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { UsageError } from '../../core/errors.ts'

/** How much of a file is whole. */
export interface Written {
  readonly lines: number
  readonly bytes: number
}

/** A file that is written from its beginning on. What is there already must be what would be written, and is not written again. */
export class OutputFile {
  readonly #path: string
  readonly #file: FileHandle
  readonly #thereBytes: number
  #lines = 0
  #bytes = 0

  private constructor(path: string, file: FileHandle, thereBytes: number) {
    this.#path = path
    this.#file = file
    this.#thereBytes = thereBytes
  }

  /**
   * @param thereBytes so much of the file is kept, and the rest cut off; 0 makes a new one
   * @throws {UsageError} when less is there
   */
  static async open(path: string, thereBytes: number): Promise<OutputFile> {
    const file = await open(path, thereBytes === 0 ? 'w' : 'r+')
    try {
      const { size } = await file.stat()
      if (size < thereBytes)
        throw new UsageError(
          `${path} has ${size} bytes where its run had written ${thereBytes}; begin anew with --from, --to and --overwrite.`,
        )
      await file.truncate(thereBytes)
      return new OutputFile(path, file, thereBytes)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get written(): Written {
    return { lines: this.#lines, bytes: this.#bytes }
  }

  /** @throws {UsageError} when another thing is there */
  async append(data: Buffer, lines: number): Promise<void> {
    const known = Math.min(data.length, Math.max(0, this.#thereBytes - this.#bytes))
    if (known > 0) await this.#compare(data.subarray(0, known))
    for (let done = known; done < data.length;) {
      const { bytesWritten } = await this.#file.write(data, done, data.length - done, this.#bytes + done)
      done += bytesWritten
    }
    this.#bytes += data.length
    this.#lines += lines
  }

  /** Makes what was written durable. */
  sync(): Promise<void> {
    return this.#file.datasync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #compare(data: Buffer): Promise<void> {
    const there = Buffer.alloc(data.length)
    const { bytesRead } = await this.#file.read(there, 0, data.length, this.#bytes)
    if (bytesRead === data.length && there.equals(data)) return
    throw new UsageError(
      `${this.#path} was changed since its run was stopped: its bytes from ${this.#bytes} on are others; begin anew with --from, --to and --overwrite.`,
    )
  }
}
