import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { syncFolder, writeFileDurably } from '../../core/disk/write-file-durably.ts'
import { DataFolderError } from '../../core/errors.ts'
import { PublishedLines } from '../../lake/publish/index.ts'
import { LogDraft } from '../../log/segments/index.ts'
import type { ObjectStore } from '../../storage/index.ts'
import { SEGMENTS_FOLDER } from '../format/layout.ts'
import { orNull } from './contents.ts'

export interface FromBronzeOptions {
  /** Where the open tables are. */
  readonly store: ObjectStore
  /** Where the data folder of the city shall be; nothing may be there yet. */
  readonly folder: string
  /** @param share of the lines, 0–1 */
  readonly onProgress: (share: number, text: string) => void
  readonly signal: AbortSignal
}

export interface RestoredBronze {
  readonly lines: number
  /** Position of the first line. */
  readonly floor: number
  /** Position after the last line. */
  readonly end: number
  /** Positions in between that no published line has. */
  readonly missing: number
  /** Of the table that was read. */
  readonly version: number
}

const FOLDER_MODE = 0o700
const FILE_MODE = 0o600
/** Says of which table a folder is made that is not whole yet. */
const ORIGIN = 'bronze.json'
const Origin = z.object({ where: z.string(), table: z.string() })

/**
 * Makes a data folder of published bronze alone: its log has every line at its position, with its source and arrival. The folder has
 * its name only when it is whole; what was broken off goes on behind the segments that are there. The first start makes the lake anew
 * from the log.
 * @throws {DataFolderError} when something is there already, or what was broken off was made of another table
 * @throws {DeltaError} when there is no bronze, or it can't be read
 */
export async function restoreFromBronze(options: FromBronzeOptions): Promise<RestoredBronze> {
  const { store, folder } = options
  const there = await orNull(readdir(folder))
  if (there !== null && there.length > 0)
    throw new DataFolderError(`${folder} is there already; move it away, or name another place with --data.`)
  const published = await PublishedLines.open(store)
  if (published.rows === 0)
    throw new DataFolderError(`bronze/lines in ${store.where} has no lines: there is nothing to bring back.`)
  const half = `${folder}.restoring-bronze`
  const log = join(half, SEGMENTS_FOLDER)
  await mkdir(log, { recursive: true, mode: FOLDER_MODE })
  await beginOrGoOn(half, { where: store.where, table: published.id })
  const restored = await writeLog(log, published, options)
  await rm(join(half, ORIGIN))
  await syncFolder(half)
  if (there !== null) await rm(folder, { recursive: true })
  await rename(half, folder)
  await syncFolder(dirname(folder))
  return restored
}

/** One folder is made of one table. */
async function beginOrGoOn(half: string, origin: z.infer<typeof Origin>): Promise<void> {
  const path = join(half, ORIGIN)
  const text = await orNull(readFile(path, 'utf8'))
  if (text === null) return writeFileDurably(path, JSON.stringify(origin), FILE_MODE)
  const before = Origin.safeParse(JSON.parse(text)).data
  if (before?.table !== origin.table)
    throw new DataFolderError(
      `${half} was begun with another table (${before?.where ?? 'unknown'}); remove it to begin with ${origin.where}.`,
    )
}

async function writeLog(
  dir: string,
  published: PublishedLines,
  { onProgress, signal }: FromBronzeOptions,
): Promise<RestoredBronze> {
  const { rows, version, position } = published
  const draft = await LogDraft.open(dir)
  try {
    for await (const frames of published.from(draft.end, signal)) {
      await draft.add(frames)
      // The draft may go on from before: then its lines are there already.
      onProgress(
        Math.min(1, draft.lines / rows),
        `${draft.lines.toLocaleString('en')} of ${rows.toLocaleString('en')} lines`,
      )
    }
    const { lines, end } = draft
    if (lines !== rows)
      throw new DataFolderError(
        `bronze/lines tells of ${rows} lines, and ${lines} came: it was changed while it was read. Run the command again.`,
      )
    const missing = await draft.settle(position ?? end)
    return { lines, floor: draft.floor, end, missing, version }
  } finally {
    await draft.leave()
  }
}
