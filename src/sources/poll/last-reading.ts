import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'
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
    const { value, sealed } = unseal(await readFile(join(folder, FILE), 'utf8'))
    const known = sealed ? LastReading.safeParse(value).data : undefined
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
  await mkdir(folder, { recursive: true })
  await writeFileDurably(join(folder, FILE), seal({ format: name, stream, all }), 0o600)
}
