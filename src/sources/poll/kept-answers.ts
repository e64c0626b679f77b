import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import { HOUR_MS } from '../../core/time/spans.ts'

const compress = promisify(zstdCompress)
/** `20261127T145034123Z-200.zst`: when it came, and its status. */
const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-\d{3}\.zst$/

export interface Keeping {
  readonly hours: number
  /** All that is kept of a feed, packed; the oldest go first. */
  readonly bytes: number
}

/** Keeps an answer as it was received, in a file of its own, and lets go what is too old or too much. */
export async function keepAnswer(
  folder: string,
  body: Buffer,
  { status, arrivedAtMs }: { status: number; arrivedAtMs: number },
  keeping: Keeping,
): Promise<void> {
  if (keeping.hours > 0) {
    await mkdir(folder, { recursive: true })
    const stamp = new Date(arrivedAtMs).toISOString().replaceAll(/[-:.]/g, '')
    const path = join(folder, `${stamp}-${status}.zst`)
    const packed = await compress(body)
    try {
      await writeFile(`${path}.new`, packed, { mode: 0o600 })
      await rename(`${path}.new`, path)
    } catch (error) {
      // On a full disk a half would keep what little there is.
      await rm(`${path}.new`, { force: true })
      throw error
    }
  }
  await letGo(folder, arrivedAtMs, keeping)
}

async function letGo(folder: string, nowMs: number, { hours, bytes }: Keeping): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const answers = names
    .filter(name => NAME.test(name))
    .sort()
    .reverse()
  for (const name of names.filter(one => one.endsWith('.zst.new')))
    await rm(join(folder, name), { force: true })
  let total = 0
  for (const name of answers) {
    const { size } = await stat(join(folder, name))
    total += size
    if (total > bytes || nowMs - arrivedOf(name) > hours * HOUR_MS)
      await rm(join(folder, name), { force: true })
  }
}

function arrivedOf(name: string): number {
  return Date.parse(name.replace(NAME, '$1-$2-$3T$4:$5:$6.$7Z'))
}
