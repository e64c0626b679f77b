import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DataFolderError } from '../../core/errors.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'
import { parseRules } from '../../lake/prepare/rules.ts'
import { checkpointText, copyPathOf, readCheckpoint } from '../../lake/once/checkpoint.ts'
import type { Checkpoint } from '../../lake/once/checkpoint.ts'
import { foreignRecords, lastLines, openLog, writePlain } from '../../log/segments/index.ts'
import type { Plain } from '../../log/segments/index.ts'
import { holdFolder } from '../folder/index.ts'
import type { HeldFolder } from '../folder/index.ts'
import { kindOf, OLD_LOG } from './layout.ts'
import { FORMAT_FILE, readMark } from './mark.ts'

/** Null: the folder was of format 1 already. */
export type Downgraded = Plain | null

/**
 * Brings a folder back to what the first version opens. Killed at any point, the next call or a start of this program
 * goes on; and until all of it is done the old program stops before it writes a record.
 *
 * @throws {DataFolderError} when there is no such folder, or an old program would destroy some of what it holds
 * @throws {DataFolderInUseError} when a server runs on it
 */
export async function downgrade(
  folder: string,
  onProgress: (share: number | null, text: string) => void,
): Promise<Downgraded> {
  if ((await kindOf(folder)) !== 'folder') throw new DataFolderError(`There is no data folder ${folder}.`)
  if ((await readMark(folder)) === null && (await kindOf(join(folder, OLD_LOG))) === 'folder') return null
  const held = await holdFolder(folder)
  try {
    return await bringBack(held, onProgress)
  } finally {
    await held.release()
  }
}

async function bringBack(
  held: HeldFolder,
  onProgress: (share: number | null, text: string) => void,
): Promise<Plain> {
  const { path, logDir, checkpointPath, lossesPath } = held
  const checkpoint = await readCheckpoint(checkpointPath)
  onProgress(null, 'looking at the log')
  // Brings into order what a crash left, and closes it properly.
  const options = { onProblem: () => undefined, lossesPath, seenUpto: checkpoint.position }
  await (await openLog(logDir, options)).close()
  await refuseForeign(held, checkpoint)
  await noteOldRules(logDir, options)
  const plain = await writePlain(logDir, new Map([['rules', oldRules]]), (done, of) =>
    onProgress(done / of, `segment ${done + 1} of ${of}`),
  )
  // Until the very end it keeps the old program from beginning a second log.
  await writeFileDurably(checkpointPath, checkpointText(checkpoint), 0o600)
  await rm(join(path, OLD_LOG), { force: true })
  await rename(logDir, join(path, OLD_LOG))
  // The old program would not keep it up to date.
  await rm(copyPathOf(checkpointPath), { force: true })
  await writeFileDurably(checkpointPath, JSON.stringify(oldCheckpoint(checkpoint)), 0o600)
  await rm(join(path, FORMAT_FILE), { force: true })
  return plain
}

async function refuseForeign({ path, logDir }: HeldFolder, checkpoint: Checkpoint): Promise<void> {
  const records = await foreignRecords(logDir)
  if (records > 0 || Object.keys(checkpoint.passed).length > 0) {
    throw new DataFolderError(
      `The log of ${path} holds ${records} records of a newer program, which an old one would destroy as damage. The folder stays as it is: use a copy from before the upgrade instead.`,
    )
  }
  const isBeingMade = await stat(join(path, 'lake-anew.json')).then(
    () => true,
    () => false,
  )
  if (isBeingMade) {
    throw new DataFolderError(
      `The lake of ${path} is being made anew, which an old program can't go on with. Start this program once until it is ready, stop it, and try again.`,
    )
  }
}

/** From the log's end on, the first version judges: a later upgrade must know which readings that were. */
async function noteOldRules(logDir: string, options: Parameters<typeof openLog>[1]): Promise<void> {
  const last = await lastLines(logDir, 'rules')
  if (last === null || oldRules(last).equals(last)) return
  const log = await openLog(logDir, options)
  const now = parseRules(oldRules(last), 0).at(-1)
  const lines = Buffer.from(`${JSON.stringify(now?.rules)}\n`)
  const arrivedAtMs = Date.now()
  await log.append({ kind: 'rules', source: 'downgrade', arrivedAtMs, intervalS: null, lines, count: 1 })
  await log.close()
}

/** Rules as the first version wrote them; it refuses fields it does not know. */
function oldRules(lines: Buffer): Buffer {
  const old = parseRules(lines, 0).map(({ rules }) => {
    const { zone, oldest_ms, max_future_ms, max_sensors, interval_s } = rules
    return `${JSON.stringify({ zone, oldest_ms, max_future_ms, max_sensors, interval_s })}\n`
  })
  return Buffer.from(old.join(''))
}

/** As the first version wrote it; that one refuses fields it does not know. The lake's tables are the same in both. */
function oldCheckpoint({ tables, days, ...saved }: Checkpoint): unknown {
  const { position, savedAtMs, readings, droppedRows, silverFloorMs } = saved
  const { rules, quarantine, conflicts, versions, sightings, drift } = tables
  const plainDays = Object.entries(days).map(([day, { rows, night, first, last }]) => [
    day,
    { rows, night, first, last },
  ])
  return {
    version: 1,
    ...{
      position,
      savedAtMs,
      readings,
      days: Object.fromEntries(plainDays) as unknown,
      droppedRows,
      silverFloorMs,
    },
    tables: { rules, quarantine, conflicts, versions, sightings, drift },
  }
}
