import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import type { Positions } from '../../../core/positions.ts'
import { Runs } from '../../../serve/contract/outcome.ts'

const Kept = Runs.transform((runs): Positions => runs)

/** What is known of one file's replay: enough to go on with it, and to count at last what became of all its rows. */
const ReplayState = z.object({
  /** Where to go on; null: at the beginning. */
  resume: z.string().nullable(),
  /** Rows that were sent, over all runs. */
  rows: z.number(),
  /** Where their lines stand in the log. */
  positions: Kept,
  /** First position of the log behind everything sent so far. */
  end: z.number(),
  /** Stretches of the log where a batch may stand whose answer was lost, with how many rows it had. */
  gaps: z.array(z.object({ from: z.number(), count: z.number(), rows: z.number() })),
  /** A batch may be on its way: a process that was killed could not say. */
  isSending: z.boolean(),
  /** Every row was sent; only what became of them is not counted yet. */
  isSent: z.boolean(),
  /** Where the register entries stand that were imported with it. */
  sensors: Kept,
})
export type ReplayState = z.infer<typeof ReplayState>

const Bookmark = z.object({ sha256: z.string(), state: ReplayState })

/** Where the replay of one file stands, kept beside the data it went into, so that it goes when they go. */
export interface FileBookmark {
  /** Null: from the beginning, because there is none, or the file's content is another now. */
  read(): Promise<ReplayState | null>
  save(state: ReplayState): Promise<void>
  forget(): void
}

/** @param source of the feed: another mapping begins anew */
export function fileBookmark(folder: string, file: string, source: string): FileBookmark {
  const key = createHash('sha256').update(`${source}\n${file}`).digest('hex').slice(0, 16)
  const path = join(folder, `${basename(file)}-${key}.json`)
  let sha256: Promise<string> | null = null
  const contentOf = () => (sha256 ??= sha256Of(file))
  return {
    async read() {
      const found = load(path)
      return found !== null && found.sha256 === (await contentOf()) ? found.state : null
    },
    async save(state) {
      const text = JSON.stringify({ sha256: await contentOf(), state })
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(`${path}.new`, text)
      renameSync(`${path}.new`, path)
    },
    forget: () => rmSync(path, { force: true }),
  }
}

/** What is torn or not ours counts as none: sending twice does no harm. */
function load(path: string): z.infer<typeof Bookmark> | null {
  try {
    return Bookmark.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null
  } catch {
    return null
  }
}

/** Size and time do not tell a file from an edited one; its bytes do. */
async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
