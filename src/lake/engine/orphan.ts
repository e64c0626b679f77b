import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** A process as the system knows it: an id may be given out again, an id with its start time not. */
interface Mark {
  readonly pid: number
  readonly startedAt: string
}

/** Writes down which process holds the engine of a data folder. */
export async function recordEngine(file: string, pid: number): Promise<void> {
  const startedAt = await startOf(pid)
  if (startedAt !== null)
    await writeFile(file, JSON.stringify({ pid, startedAt } satisfies Mark), { mode: 0o600 })
}

/**
 * Ends the engine an earlier, killed server left behind, if it still lives; waits until it is gone.
 * @returns its process id, or null when there was none
 */
export async function endOrphan(file: string): Promise<number | null> {
  const mark = await readMark(file)
  if (mark === null) return null
  const lives = async () => (await startOf(mark.pid)) === mark.startedAt
  const found = await lives()
  if (found) {
    process.kill(mark.pid, 'SIGKILL')
    while (await lives()) await sleep(20)
  }
  await rm(file, { force: true })
  return found ? mark.pid : null
}

async function readMark(file: string): Promise<Mark | null> {
  try {
    const mark = JSON.parse(await readFile(file, 'utf8')) as Partial<Mark>
    return typeof mark.pid === 'number' && mark.pid > 1 && typeof mark.startedAt === 'string'
      ? { pid: mark.pid, startedAt: mark.startedAt }
      : null
  } catch {
    return null // no record, or one torn by the crash: nothing can be said of any process
  }
}

/** When the process started, in the system's own words; null when there is none, or only its remains. */
async function startOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return startOnLinux(pid)
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)])
    return stdout.trim() || null
  } catch {
    return null
  }
}

async function startOnLinux(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    // The name in brackets may hold anything; the fields after it are fixed: state first, start time the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return null
    return `${boot.trim()}/${fields[19]}`
  } catch {
    return null
  }
}
