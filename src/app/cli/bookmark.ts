import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

const Bookmark = z.object({ size: z.number(), modifiedMs: z.number(), resume: z.string() })

/** Where the replay of one file stands, kept beside the data it went into, so that it goes when they go. */
export interface FileBookmark {
  /** Null: from the beginning, because there is none or the file has changed since. */
  read(): string | null
  /** Null forgets it. */
  save(resume: string | null): void
}

/** @param source of the feed: another mapping begins anew */
export function fileBookmark(folder: string, file: string, source: string): FileBookmark {
  const key = createHash('sha256').update(`${source}\n${file}`).digest('hex').slice(0, 16)
  const path = join(folder, `${basename(file)}-${key}.json`)
  return {
    read() {
      const found = load(path)
      const { size, mtimeMs } = statSync(file)
      return found !== null && found.size === size && found.modifiedMs === mtimeMs ? found.resume : null
    },
    save(resume) {
      if (resume === null) {
        rmSync(path, { force: true })
        return
      }
      const { size, mtimeMs } = statSync(file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(`${path}.new`, JSON.stringify({ size, modifiedMs: mtimeMs, resume }))
      renameSync(`${path}.new`, path)
    },
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
