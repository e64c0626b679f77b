import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { DataFolderError, NewerDataError } from '../../core/errors.ts'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'

/** 1 had no `passed`, and refused what it did not know; 2 had no checksum. */
const VERSION = 3
/** From this version on a checkpoint without a checksum is a damaged one. */
const FIRST_SEALED = 3
const OWNER_ONLY = 0o600

/** What the loader knows for sure at one position of the log: everything below it is in every table, and synced.
 * What another program put beside it is kept: its tables and fields come back as they were. */
const Checkpoint = z.looseObject({
  version: z.literal([1, 2, VERSION]).transform(() => VERSION),
  /** First position not covered. */
  position: z.number().int(),
  savedAtMs: z.number(),
  /** Records below it that claim to be readings (valid or not). */
  readings: z.number().int(),
  /** silver per UTC day (days since 1970): rows, those of the night histogram, and the positions they came from. */
  days: z.record(
    z.string(),
    z.looseObject({
      rows: z.number().int(),
      night: z.number().int(),
      first: z.number().int(),
      last: z.number().int(),
    }),
  ),
  /** Rows of silver in days that retention dropped since. */
  droppedRows: z.number().int(),
  /** Readings before this are not taken any more, ms since 1970 UTC. */
  silverFloorMs: z.number(),
  /** Rows of the tables without days. */
  tables: z
    .object({
      rules: z.number().int(),
      quarantine: z.number().int(),
      conflicts: z.number().int(),
      versions: z.number().int(),
      sightings: z.number().int(),
      drift: z.number().int(),
    })
    .catchall(z.number().int()),
  /** Of each stream, its lines that were read and those that went to quarantine. */
  streams: z
    .record(
      z.string(),
      z.looseObject({
        records: z.number().int(),
        refused: z.number().int(),
        /** Of the records, lines that were too long to be read. */
        tooLong: z.number().int().optional(),
        /** Of its rows and refused lines, those that retention dropped since. */
        dropped: z.number().int().optional(),
        /** Records before this are not taken any more, ms since 1970 UTC. */
        floorMs: z.number().optional(),
      }),
    )
    .default({}),
  /** Streams of the log that this program did not know: the first position it passed over. One that knows them loads from there. */
  passed: z.record(z.string(), z.number().int()).default({}),
})
const Version = z.looseObject({ version: z.number() })
export type Checkpoint = z.infer<typeof Checkpoint>
export type DayLedger = Checkpoint['days'][string]

export const NO_CHECKPOINT: Checkpoint = {
  version: VERSION,
  position: 0,
  savedAtMs: 0,
  readings: 0,
  days: {},
  droppedRows: 0,
  silverFloorMs: -8.64e15,
  tables: { rules: 0, quarantine: 0, conflicts: 0, versions: 0, sightings: 0, drift: 0 },
  streams: {},
  passed: {},
}

/** Before which instant nothing is taken any more: of each stream that retention has dropped rows of, ms since 1970 UTC. */
export function streamFloorsOf({ streams }: Checkpoint): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(streams).flatMap(([name, { floorMs }]) =>
      floorMs === undefined ? [] : [[name, floorMs] as const],
    ),
  )
}

/** A second copy is in the lake's own folder: who moves the lake away to have it made anew moves it too. */
export function copyPathOf(path: string): string {
  return join(dirname(path), 'lake', 'checkpoint.copy.json')
}

/** What a checkpoint's file holds. */
export function checkpointText(checkpoint: Checkpoint): string {
  return seal(checkpoint)
}

/** Replaces both copies, one after the other: at any moment one of them is whole. */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const copy = copyPathOf(path)
  await mkdir(dirname(copy), { recursive: true })
  for (const one of [path, copy]) await writeFileDurably(one, checkpointText(checkpoint), OWNER_ONLY)
}

/**
 * The first copy, or the second where the first is damaged or gone; without any, the tables are taken as they are found.
 *
 * @throws {DataFolderError} when no copy can be read, and one is damaged
 * @throws {NewerDataError} when a newer program wrote it
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const copies = await readCopies(path)
  const best = copies.find(({ checkpoint }) => checkpoint !== null)
  if (best?.checkpoint != null) return best.checkpoint
  const damaged = copies.filter(({ isDamaged }) => isDamaged).map(one => one.path)
  if (damaged.length === 0) return NO_CHECKPOINT
  throw new DataFolderError(
    `${damaged.join(' and ')} can't be read as a checkpoint; \`arterial start\` moves it away and takes the lake as it is, or makes it anew from the log`,
  )
}

/**
 * Moves damaged copies away, under their name with `.damaged` behind it, so that the lake can be opened.
 * @returns what was wrong and what follows from it, in words; null when nothing was
 */
export async function mendCheckpoint(path: string): Promise<string | null> {
  const copies = await readCopies(path)
  const damaged = copies.filter(({ isDamaged }) => isDamaged)
  for (const one of damaged) await rename(one.path, `${one.path}.damaged`)
  const isWhole = copies.some(({ checkpoint }) => checkpoint !== null)
  if (damaged.length === 0 && (copies[0]?.checkpoint != null || !isWhole)) return null
  const names = damaged.length > 0 ? damaged.map(one => one.path).join(' and ') : path
  const what = damaged.length > 0 ? 'was damaged, and is kept with .damaged behind its name' : 'is gone'
  return isWhole
    ? `The checkpoint ${names} ${what}: its other copy counts`
    : `The checkpoint ${names} ${what}: the whole log is read again, and rows of the lake that went before can't be told from rows that never were`
}

interface Copy {
  readonly path: string
  readonly checkpoint: Checkpoint | null
  readonly isDamaged: boolean
}

function readCopies(path: string): Promise<Copy[]> {
  return Promise.all([path, copyPathOf(path)].map(readCopy))
}

async function readCopy(path: string): Promise<Copy> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    return { path, checkpoint: null, isDamaged: false }
  }
  const checkpoint = parsed(path, text)
  return { path, checkpoint, isDamaged: checkpoint === null }
}

/** Null when it is damaged. */
function parsed(path: string, text: string): Checkpoint | null {
  try {
    const { value, sealed } = unseal(text)
    const { version } = Version.parse(value)
    if (version > VERSION) throw new NewerDataError(newer(path, version))
    return sealed || version < FIRST_SEALED ? Checkpoint.parse(value) : null
  } catch (cause) {
    if (cause instanceof NewerDataError) throw cause
    return null
  }
}

function newer(path: string, version: number): string {
  return `${path} is of version ${version}, and this program knows up to ${VERSION}: start the newer program that wrote it, or move it and lake/ away to have the lake made anew from the log`
}
