import { EngineQueryError } from '../../core/errors.ts'
import type { Engine } from '../engine/index.ts'
import type { Ledger } from '../once/ledger.ts'

const READ = { session: 'read' } as const
const LOAD = { session: 'load' } as const

/** A part of a table whose files are not what the engine wrote: a disk changed, cut or lost some of their bytes. */
export interface DamagedPart {
  /** `database.table` */
  readonly table: string
  readonly part: string
  readonly reason: string
}

/** Which part an engine's message speaks of. */
export type NamedPart = Pick<DamagedPart, 'table' | 'part'>

/** Who is told of parts with damaged files. */
export interface PartWatch {
  /** They were taken out of their tables; their rows are made anew from the log next. */
  takenOut(parts: readonly DamagedPart[]): Promise<void>
  /** The tables hold what they should, as far as it could be made anew; called whenever loading begins. */
  mended(ledger: Pick<Ledger, 'silverFloorMs' | 'streamFloors'>): Promise<void>
}

/** The engine's numbers for bytes that are not what it wrote. What a statement itself does may end with the same. */
export const damageCodes: readonly number[] = [
  32, // ATTEMPT_TO_READ_AFTER_EOF
  33, // CANNOT_READ_ALL_DATA
  40, // CHECKSUM_DOESNT_MATCH
  74, // CANNOT_READ_FROM_FILE_DESCRIPTOR
  76, // CANNOT_OPEN_FILE
  107, // FILE_DOESNT_EXIST
  117, // INCORRECT_DATA
  131, // TOO_LARGE_SIZE_COMPRESSED
  226, // NO_FILE_IN_DATA_PART
  228, // BAD_SIZE_OF_FILE_IN_DATA_PART
  246, // CORRUPTED_DATA
  271, // CANNOT_DECOMPRESS
  432, // UNKNOWN_CODEC
  740, // POTENTIALLY_BROKEN_DATA_PART
]
/** NO_SUCH_DATA_PART */
const noSuchPart = 232
/** EPERM, ENOMEM, EACCES, ENFILE and EMFILE: the system refuses a file for now, whose bytes are what they were. */
const refusedFor = /errno: (1|12|13|23|24)\b/

/** Whether an error may come from the damaged files of a part; `checkParts` says whether it does. */
export function isDamage(error: unknown): error is EngineQueryError {
  return error instanceof EngineQueryError && damageCodes.includes(error.engineCode)
}

/** Which part a message of the engine names; null when it names none. */
export function partNamedIn(message: string): NamedPart | null {
  const [, path, table] = /part (\S+?)\/? in table ([\w.]+)/.exec(message) ?? []
  const part = path?.split('/').at(-1)
  return part === undefined || table === undefined ? null : { table, part }
}

/**
 * Reads every file of parts and compares it with the checksums that the engine wrote beside it.
 *
 * @param named only this part; null reads the whole lake, which takes as long as its disk needs
 * @returns the parts that are not as they were written
 */
export async function checkParts(
  engine: Engine,
  named: NamedPart | null,
  signal?: AbortSignal,
): Promise<DamagedPart[]> {
  const found: DamagedPart[] = []
  for (const { table, part } of await activeParts(engine)) {
    if (named !== null && (named.table !== table || named.part !== part)) continue
    signal?.throwIfAborted()
    const reason = await faultOf(engine, table, part)
    // Taking out a sound part is worse than leaving a damaged one: what is wrong must be so twice.
    if (reason !== null && (await faultOf(engine, table, part)) !== null) found.push({ table, part, reason })
  }
  return found
}

/** @returns what is wrong with a part; null when nothing is, or it has been merged into another one meanwhile */
async function faultOf(engine: Engine, table: string, part: string): Promise<string | null> {
  try {
    const rows = await engine.query<{ is_passed: number; message: string }>(
      `CHECK TABLE ${table} PART '${part}'`,
      {
        ...READ,
        settings: { check_query_single_value_result: 0 },
      },
    )
    const bad = rows.find(row => row.is_passed === 0 && !refusedFor.test(row.message))
    return bad === undefined ? null : inShort(bad.message)
  } catch (error) {
    if (error instanceof EngineQueryError && error.engineCode === noSuchPart) return null
    if (isDamage(error)) return refusedFor.test(error.message) ? null : inShort(error.message)
    throw error
  }
}

/** The parts of the lake's tables, but for those of tables that come and go with a piece of work. */
export async function activeParts(engine: Engine): Promise<NamedPart[]> {
  return engine.query<NamedPart>(
    `SELECT concat(p.database, '.', p.table) AS table, p.name AS part FROM system.parts AS p
     WHERE p.active AND p.database IN ('silver', 'gold', 'quarantine', 'bronze', 'lake')
       AND NOT match(p.table, '^(gold_delta|verify_.*|.*_rebuild)$')
     ORDER BY table, part`,
    READ,
  )
}

/** The damaged parts that an error comes from: the one it names, or, where that is sound by now, all there are. */
export async function damagedBehind(
  engine: Engine,
  error: unknown,
  signal?: AbortSignal,
): Promise<DamagedPart[]> {
  if (!isDamage(error)) return []
  const named = partNamedIn(error.message)
  const found = named === null ? [] : await checkParts(engine, named)
  return found.length > 0 ? found : checkParts(engine, null, signal)
}

/** Takes parts out of their tables; their files stay beside them, in `detached/`. Nothing may be loading. */
export async function takeOut(
  engine: Engine,
  parts: readonly DamagedPart[],
  watch?: PartWatch,
): Promise<void> {
  for (const { table, part } of parts) {
    try {
      await engine.exec(`ALTER TABLE ${table} DETACH PART '${part}'`, LOAD)
    } catch (error) {
      if (!(error instanceof EngineQueryError && error.engineCode === noSuchPart)) throw error
    }
  }
  await watch?.takenOut(parts)
}

/** A part that stands beside its table. */
export interface PartOut extends NamedPart {
  readonly path: string
  /** Why the engine itself left it out when it was started, in its words; empty where it was taken out. */
  readonly reason: string
}

/** Parts that stand beside their tables: those that were taken out, and those the engine itself left out. */
export async function partsOut(engine: Engine): Promise<PartOut[]> {
  return engine.query(
    `SELECT concat(p.database, '.', p.table) AS table, p.name AS part, p.path AS path, ifNull(p.reason, '') AS reason FROM system.detached_parts AS p
     WHERE p.database IN ('silver', 'gold', 'quarantine', 'bronze', 'lake') ORDER BY table, part`,
    READ,
  )
}

/** Removes the files of parts that stand beside their tables. */
export async function removeParts(engine: Engine, parts: readonly NamedPart[]): Promise<void> {
  for (const { table, part } of parts) {
    await engine.exec(`ALTER TABLE ${table} DROP DETACHED PART '${part}'`, {
      ...LOAD,
      settings: { allow_drop_detached: 1 },
    })
  }
}

/** What an engine's message says first. */
function inShort(message: string): string {
  const text = message.replace(/^(Code: \d+\. )?(DB::Exception: )?/, '')
  return (text.split(/ \(version |: while |: \(while | This exception /i)[0] ?? text).slice(0, 300)
}
