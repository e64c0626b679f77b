import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { processMark } from '../../core/disk/process-mark.ts'

/** A process as the system knows it: an id may be given out again, an id with its start time not. */
interface Mark {
  readonly pid: number
  readonly startedAt: string
}

/** Writes down which process holds the engine of a data folder. */
export async function recordEngine(file: string, pid: number): Promise<void> {
  const startedAt = await processMark(pid)
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
  const lives = async () => (await processMark(mark.pid)) === mark.startedAt
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
