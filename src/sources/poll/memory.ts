import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'

const count = z.int().nonnegative()
const FeedMemory = z.object({
  /** What the rest was learnt with: another address or format begins anew. */
  fingerprint: z.string(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  /** Of the last answer that was delivered whole, SHA-256. */
  digest: z.string().nullable(),
  lastPollMs: z.number().nullable(),
  lastSuccessMs: z.number().nullable(),
  nextMs: z.number().nullable(),
  failures: count,
  failingSinceMs: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  notice: z.string().nullable(),
  polls: count,
  unchanged: count,
  linesRead: count,
  linesSent: count,
  lastLines: count,
  newestMs: z.number().nullable(),
  /** Arrival of the last answer that was read and delivered; versions before did not write it. */
  lastReadMs: z.number().nullable().default(null),
})
/** What must outlive a restart of one feed: what it is known by, when it is due, and what the status page says. */
export type FeedMemory = Readonly<z.infer<typeof FeedMemory>>

const FILE = 'state.json'

export function newMemory(fingerprint: string): FeedMemory {
  return {
    fingerprint,
    etag: null,
    lastModified: null,
    digest: null,
    lastPollMs: null,
    lastSuccessMs: null,
    nextMs: null,
    failures: 0,
    failingSinceMs: null,
    error: null,
    notice: null,
    polls: 0,
    unchanged: 0,
    linesRead: 0,
    linesSent: 0,
    lastLines: 0,
    newestMs: null,
    lastReadMs: null,
  }
}

/**
 * What is remembered in the feed's folder. Torn, damaged or missing it is as if nothing had been asked before: the answer is
 * fetched whole, and what was there already is a repeat.
 */
export async function recall(folder: string, fingerprint: string): Promise<FeedMemory> {
  try {
    const { value } = unseal(await readFile(join(folder, FILE), 'utf8'))
    const known = FeedMemory.safeParse(value).data
    if (known === undefined) return newMemory(fingerprint)
    if (known.fingerprint === fingerprint) return known
    // The counts go on; what another address was known by does not.
    return {
      ...known,
      fingerprint,
      etag: null,
      lastModified: null,
      digest: null,
      nextMs: null,
      failures: 0,
      error: null,
      failingSinceMs: null,
    }
  } catch {
    return newMemory(fingerprint)
  }
}

export async function remember(folder: string, memory: FeedMemory): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFileDurably(join(folder, FILE), seal(memory), 0o600)
}
