import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'

const MIB = 1_048_576
const PART_BYTES = 8 * MIB

/** One part of a file. */
export interface FilePart {
  /** From 0. */
  readonly index: number
  readonly bytes: Buffer
  /** Hex. */
  readonly md5: string
}

/** @param most parts that a service takes of one object */
export async function partsOf(
  path: string,
  { partBytes = PART_BYTES }: { readonly partBytes?: number | undefined },
  most: number,
): Promise<{ readonly size: number; readonly partBytes: number }> {
  const { size } = await stat(path)
  return { size, partBytes: Math.max(partBytes, Math.ceil(size / most / MIB) * MIB) }
}

/** The file in parts, one in memory at a time. A file that grows meanwhile is read up to what it measured. */
export async function* readParts(path: string, size: number, partBytes: number): AsyncGenerator<FilePart> {
  const file = await open(path, 'r')
  try {
    for (let index = 0; index * partBytes < size; index++) {
      const at = index * partBytes
      const bytes = Buffer.alloc(Math.min(partBytes, size - at))
      const read = await readFully(file, bytes, at)
      if (read < bytes.length) throw new Error(`${path} became shorter while it was read`)
      yield { index, bytes, md5: createHash('md5').update(bytes).digest('hex') }
    }
  } finally {
    await file.close()
  }
}

async function readFully(
  file: Awaited<ReturnType<typeof open>>,
  into: Buffer,
  position: number,
): Promise<number> {
  let total = 0
  while (total < into.length) {
    const { bytesRead } = await file.read(into, total, into.length - total, position + total)
    if (bytesRead === 0) break
    total += bytesRead
  }
  return total
}
