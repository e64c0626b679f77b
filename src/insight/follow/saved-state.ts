import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { seal, unseal } from '../../core/disk/sealed-json.ts'
import { writeFileDurably } from '../../core/disk/write-file-durably.ts'

const ownerOnly = 0o600
const Saved = z.object({ next: z.int().nonnegative(), state: z.unknown() })

/** Where a follower stands: the first position that it has not seen, and its memory as of there. */
export interface Standing {
  readonly next: number
  readonly state: unknown
}

/** @returns null where nothing was saved, or what was is damaged */
export async function readStanding(path: string): Promise<Standing | null> {
  try {
    const { value, sealed } = unseal(await readFile(path, 'utf8'))
    return sealed ? Saved.parse(value) : null
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== undefined && code !== 'ENOENT') throw error
    return null
  }
}

export async function saveStanding(path: string, standing: Standing): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFileDurably(path, seal(standing), ownerOnly)
}
