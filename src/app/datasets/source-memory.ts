import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { z } from 'zod'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'
import type { KnownRefused } from './judge/refused.ts'
import type { KnownThings } from './reconcile.ts'

const pack = promisify(zstdCompress)
const unpack = promisify(zstdDecompress)
const text = z.string().nullable()
const Probe = z.object({ rows: z.number(), newest: text })
const Memory = z.object({
  /** Address and format that the rest was learnt with: another one begins anew. */
  fingerprint: z.string(),
  known: z.object({ since: text, probe: Probe, etag: text }).nullable(),
  /** Newest `:updated_at` that was received; null: everything is wanted. */
  watermark: text,
  /** When the whole dataset was received last. */
  lastWholeMs: z.number().nullable(),
  progress: z
    .object({
      since: text,
      probe: Probe,
      startedAtMs: z.number(),
      parts: z.array(z.object({ sha256: z.string(), bytes: z.number(), rows: z.number() })).readonly(),
    })
    .nullable(),
})
/** What must outlive a restart of a dataset's downloads. */
export type SourceMemory = Readonly<z.infer<typeof Memory>>

const Things = z.object({
  /** Stream and reader that made them. */
  of: z.string(),
  things: z.array(
    z.tuple([
      z.string(),
      z.object({
        record: z.record(z.string(), z.unknown()),
        version: z.string(),
        isWithdrawn: z.boolean(),
        isRenewed: z.boolean(),
      }),
    ]),
  ),
})
const Refused = z.object({
  /** Stream and reader that made them. */
  of: z.string(),
  marks: z.array(z.string()),
})
const Inbox = z.object({
  /** Marks of the files that were taken, by name. */
  files: z.record(z.string(), z.string()),
  /** Everything is being done again: the last delivery that was, empty at the beginning; null: nothing is. */
  redone: text,
})
/** What must outlive a restart of what was landed. */
export type InboxMemory = Readonly<z.infer<typeof Inbox>>

export function newSourceMemory(fingerprint: string): SourceMemory {
  return {
    fingerprint,
    known: null,
    watermark: null,
    lastWholeMs: null,
    progress: null,
  }
}

/**
 * The files of one dataset. Torn, damaged or missing they are as if nothing had been asked before: everything is fetched again, and
 * what was there already is a repeat.
 */
export class SourceFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async recall(fingerprint: string): Promise<SourceMemory> {
    const memory = await this.#read('source.json', Memory)
    return memory?.fingerprint === fingerprint ? memory : newSourceMemory(fingerprint)
  }

  async remember(memory: SourceMemory): Promise<void> {
    await this.#write('source.json', Buffer.from(seal(memory)))
  }

  async inbox(): Promise<InboxMemory> {
    return (await this.#read('inbox.json', Inbox)) ?? { files: {}, redone: null }
  }

  async rememberInbox(memory: InboxMemory): Promise<void> {
    await this.#write('inbox.json', Buffer.from(seal(memory)))
  }

  /** What the dataset said last; null where that is not known: all that was landed says it. */
  async things(of: string): Promise<KnownThings | null> {
    const known = await this.#read('things.json.zst', Things)
    return known?.of === of ? new Map(known.things) : null
  }

  async rememberThings(of: string, things: KnownThings): Promise<void> {
    await this.#write('things.json.zst', await pack(seal({ of, things: [...things] })))
  }

  /** Rows that are in quarantine already. Where that is not known they go there once more. */
  async refused(of: string): Promise<KnownRefused> {
    const known = await this.#read('refused.json.zst', Refused)
    return new Set(known?.of === of ? known.marks : [])
  }

  async rememberRefused(of: string, known: KnownRefused): Promise<void> {
    await this.#write('refused.json.zst', await pack(seal({ of, marks: [...known] })))
  }

  async #read<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
    try {
      const bytes = await readFile(join(this.#folder, file))
      const whole = file.endsWith('.zst') ? await unpack(bytes) : bytes
      return schema.safeParse(unseal(whole.toString('utf8')).value).data
    } catch {
      return undefined
    }
  }

  async #write(file: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await writeFileDurably(join(this.#folder, file), bytes, 0o600)
  }
}
