import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { DataFolderError, NewerDataError } from '../../core/errors.ts'

/** 1 had no `passed`, and refused what it did not know. */
const VERSION = 2

/** What the loader knows for sure at one position of the log: everything below it is in every table, and synced.
 * What another program put beside it is kept: its tables and fields come back as they were. */
const Checkpoint = z.looseObject({
  version: z.literal([1, VERSION]).transform(() => VERSION),
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
  passed: {},
}

/** @throws {DataFolderError} when the file is there but can't be read as a checkpoint */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return NO_CHECKPOINT
    throw cause
  }
  try {
    const value: unknown = JSON.parse(text)
    const version = Version.safeParse(value)
    if (version.success && version.data.version > VERSION)
      throw new NewerDataError(newer(path, version.data.version))
    return Checkpoint.parse(value)
  } catch (cause) {
    if (cause instanceof NewerDataError) throw cause
    throw new DataFolderError(
      `${path} is not a checkpoint; move it away to have the lake rebuilt from the log`,
      { cause },
    )
  }
}

function newer(path: string, version: number): string {
  return `${path} is of version ${version}, and this program knows up to ${VERSION}: start the newer program that wrote it, or move it and lake/ away to have the lake made anew from the log`
}
