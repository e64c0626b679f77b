import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** When a process started, in the system's own words: an id may be given out again, an id with this mark not. Null when there is no such process, or only its remains. */
export async function processMark(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return markOnLinux(pid)
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)])
    return stdout.trim() || null
  } catch {
    return null
  }
}

async function markOnLinux(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const boot = await bootMark()
    if (boot === null) return null
    // The name in brackets may hold anything; the fields after it are fixed: state first, start time the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return null
    return `${boot}/${fields[19]}`
  } catch {
    return null
  }
}

/** Which run of the machine this is: another one after it went down. Null where the system does not tell. */
export async function bootMark(): Promise<string | null> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim() || null
  } catch {
    return null
  }
}
