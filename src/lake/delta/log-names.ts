/** Below a table's root. */
export const LOG = '_delta_log'
export const LAST_CHECKPOINT = `${LOG}/_last_checkpoint`

/** Versions are written with so many digits, so that names sort as versions do. */
const DIGITS = 20
const COMMIT = new RegExp(`^(\\d{${DIGITS}})\\.json$`)
const CHECKPOINT = new RegExp(`^(\\d{${DIGITS}})\\.checkpoint(?:\\.(\\d{10})\\.(\\d{10}))?\\.parquet$`)

export function commitName(version: number): string {
  return `${LOG}/${digits(version)}.json`
}

export function checkpointName(version: number): string {
  return `${LOG}/${digits(version)}.checkpoint.parquet`
}

export interface CheckpointFiles {
  readonly version: number
  /** Names below the log: one, or all parts in order. */
  readonly names: readonly string[]
}

export interface LogFiles {
  /** Versions, ascending. */
  readonly commits: readonly number[]
  /** Whole ones, oldest first. */
  readonly checkpoints: readonly CheckpointFiles[]
}

/** What of a log's folder is what; names of other kinds are left alone. */
export function logFilesOf(names: readonly string[]): LogFiles {
  const commits: number[] = []
  const checkpoints = new Map<string, { version: number; parts: number; names: string[] }>()
  for (const name of [...names].sort()) {
    const commit = COMMIT.exec(name)
    if (commit !== null) commits.push(Number(commit[1]))
    const [, version, , parts = '1'] = CHECKPOINT.exec(name) ?? []
    if (version === undefined) continue
    const key = `${version}/${parts}`
    const known = checkpoints.get(key) ?? { version: Number(version), parts: Number(parts), names: [] }
    known.names.push(name)
    checkpoints.set(key, known)
  }
  const whole = [...checkpoints.values()].filter(({ parts, names: own }) => own.length === parts)
  return { commits, checkpoints: whole.sort((a, b) => a.version - b.version) }
}

function digits(version: number): string {
  return String(version).padStart(DIGITS, '0')
}
