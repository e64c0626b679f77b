import { join } from 'node:path'
import { z } from 'zod'
import { readSealed, writeSealed } from '../../core/disk/sealed-file.ts'
import type { FeedFormat } from '../../core/feed-format.ts'

const LastReading = z.object({
  format: z.string(),
  stream: z.string(),
  all: z.array(z.record(z.string(), z.unknown())),
})

const FILE = 'last-reading.json'

/** All that a feed said last; null where that is not known, or was said in another format. Another address may go on from it. */
export async function recallReading(
  folder: string,
  { name, stream }: FeedFormat,
): Promise<readonly object[] | null> {
  try {
    const known = await readSealed(join(folder, FILE), LastReading)
    return known?.format === name && known.stream === stream ? known.all : null
  } catch {
    return null
  }
}

export async function rememberReading(
  folder: string,
  { name, stream }: FeedFormat,
  all: readonly object[],
): Promise<void> {
  await writeSealed(join(folder, FILE), { format: name, stream, all })
}
