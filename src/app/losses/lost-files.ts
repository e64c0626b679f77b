import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { LogReader } from '../../core/log.ts'
import type { FoundLoss } from '../../core/schema/loss.ts'
import type { Engine } from '../../lake/engine/index.ts'

export interface LongLines {
  /** Where lines over limits.maxLineBytes are, a file each. */
  readonly dir: string
  /** Retention drops quarantine with its files after so many days; null keeps everything. */
  readonly keepDays: number | null
}

interface Row {
  readonly position: number
  readonly arrivedAtMs: number
  readonly file: string
  readonly bytes: number
}

/** What the log says of a file; the line of a record of the kind `oversize`. */
const Stored = z.object({ file: z.string(), bytes: z.number(), sha256: z.string() })

/**
 * Writes down which long lines can no longer be read: their files are gone, shorter or longer than what was received, or
 * hold something else. Each file is told once.
 *
 * @param content also reads the files, and compares them with the log's checksums
 */
export async function noteLostFiles(
  { engine, log }: { readonly engine: Engine; readonly log: LogReader },
  lines: LongLines,
  content: boolean,
): Promise<void> {
  const known = new Set(log.losses.list().flatMap(({ layer, key }) => (layer === 'oversize' ? [key] : [])))
  const lost: FoundLoss[] = []
  for (const row of await longLines(engine, lines)) {
    if (known.has(row.file)) continue
    const wrong = await faultOf(join(lines.dir, basename(row.file)), row, content ? log : null)
    if (wrong !== null) lost.push(lossOf(row, wrong))
  }
  await log.losses.add(lost)
}

/** Those that retention is about to drop are left out: their files may have gone before. */
function longLines(engine: Engine, { keepDays }: LongLines): Promise<Row[]> {
  return engine.query<Row>(
    `SELECT toInt64(q.position) AS position, toUnixTimestamp64Milli(q.arrived_at) AS arrivedAtMs,
       assumeNotNull(q.file) AS file, toInt64(q.bytes) AS bytes
     FROM quarantine.lines AS q
     WHERE q.file IS NOT NULL AND ({days:UInt32} = 0
       OR q.arrived_at >= (SELECT max(r.arrived_at) FROM silver.readings AS r) - toIntervalDay({days:UInt32}))
     ORDER BY q.position`,
    {
      session: 'load',
      settings: { output_format_json_quote_64bit_integers: 0 },
      params: { days: keepDays ?? 0 },
    },
  )
}

/** @returns what is wrong with a file, to follow its name; null when nothing is */
async function faultOf(path: string, row: Row, log: LogReader | null): Promise<string | null> {
  try {
    const { size } = await stat(path)
    if (size !== row.bytes) return `has ${size} bytes instead of ${row.bytes}`
    const sum = log === null ? null : await sumOf(row, log)
    return sum === null || (await hashOf(path)) === sum
      ? null
      : 'does not hold what was received (its checksum differs)'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'is gone'
    throw error
  }
}

/** Null where the log no longer has the line that says it. */
async function sumOf({ position, file }: Row, log: LogReader): Promise<string | null> {
  const [frame] = await log.read(position, 1, 1)
  if (frame?.kind !== 'oversize' || frame.position !== position) return null
  const stored = Stored.safeParse(JSON.parse(Buffer.from(frame.lines).toString()))
  return stored.data?.file === file ? stored.data.sha256 : null
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path)) hash.update(part as Buffer)
  return hash.digest('hex')
}

function lossOf({ position, arrivedAtMs, file, bytes }: Row, wrong: string): FoundLoss {
  const path = `oversize/${basename(file)}`
  return {
    ...{
      layer: 'oversize',
      table: null,
      from: position,
      to: position + 1,
      records: 1,
      exact: true,
      inLake: 0,
    },
    ...{ arrivedFromMs: arrivedAtMs, arrivedToMs: arrivedAtMs },
    ...{ file: path, offset: null, bytes, setAside: null, key: file },
    message: `The acknowledged line at position ${position}, too long for the log, can no longer be read: ${path} ${wrong}`,
  }
}
