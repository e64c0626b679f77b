import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openLog } from '../../src/log/segments/index.ts'
import type { ReadingLines } from '../../src/sources/simulator/index.ts'

/** Appends on their way at a time. */
const FLYING = 8
/** Lines handed to the log at once. */
const APPEND_BYTES = 4 * 1024 * 1024

/** Writes readings straight into the log of a city's data folder, as if they had come in before. */
export async function fillLog(
  folder: string,
  readings: Iterable<ReadingLines>,
  signal: AbortSignal,
): Promise<{ lines: number; rawBytes: number; logBytes: number }> {
  const dir = join(folder, 'log')
  await mkdir(dir, { recursive: true })
  const log = await openLog(dir, {
    onProblem: ({ message }) => {
      throw new Error(message)
    },
  })
  try {
    const flying: Promise<unknown>[] = []
    let lines = 0
    let rawBytes = 0
    for (const part of gathered(readings)) {
      signal.throwIfAborted()
      lines += part.count
      rawBytes += part.lines.length
      const append = { kind: 'reading', source: 'bench', arrivedAtMs: Date.now(), intervalS: null } as const
      flying.push(log.append({ ...append, ...part }))
      if (flying.length >= FLYING) await flying.shift()
    }
    await Promise.all(flying)
    return { lines, rawBytes, logBytes: log.bytes }
  } finally {
    await log.close()
  }
}

function* gathered(readings: Iterable<ReadingLines>): Generator<{ lines: Buffer; count: number }> {
  let parts: Buffer[] = []
  let count = 0
  let bytes = 0
  for (const chunk of readings) {
    parts.push(chunk.lines)
    count += chunk.count
    bytes += chunk.lines.length
    if (bytes < APPEND_BYTES) continue
    yield { lines: Buffer.concat(parts), count }
    parts = []
    count = 0
    bytes = 0
  }
  if (count > 0) yield { lines: Buffer.concat(parts), count }
}
