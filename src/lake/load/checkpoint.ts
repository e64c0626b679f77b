import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { DataFolderError } from '../../core/errors.ts'

/** What the loader knows for sure at one position of the log: everything below it is in every table, and synced. */
const Checkpoint = z.strictObject({
  version: z.literal(1),
  /** First position not covered. */
  position: z.number().int(),
  savedAtMs: z.number(),
  /** Records below it that claim to be readings (valid or not). */
  readings: z.number().int(),
  /** silver per UTC day (days since 1970): rows, those of the night histogram, and the positions they came from. */
  days: z.record(
    z.string(),
    z.strictObject({
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
  tables: z.strictObject({
    rules: z.number().int(),
    quarantine: z.number().int(),
    conflicts: z.number().int(),
    versions: z.number().int(),
    sightings: z.number().int(),
    drift: z.number().int(),
  }),
})
export type Checkpoint = z.infer<typeof Checkpoint>
export type DayLedger = Checkpoint['days'][string]

export const NO_CHECKPOINT: Checkpoint = {
  version: 1,
  position: 0,
  savedAtMs: 0,
  readings: 0,
  days: {},
  droppedRows: 0,
  silverFloorMs: -8.64e15,
  tables: { rules: 0, quarantine: 0, conflicts: 0, versions: 0, sightings: 0, drift: 0 },
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
    return Checkpoint.parse(JSON.parse(text))
  } catch (cause) {
    throw new DataFolderError(
      `${path} is not a checkpoint; move it away to have the lake rebuilt from the log`,
      { cause },
    )
  }
}
