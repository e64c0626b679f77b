import { z } from 'zod'
import { readSealed, writeSealed } from '../../core/disk/sealed-file.ts'

const Saved = z.object({ next: z.int().nonnegative(), state: z.unknown() })

/** Where a follower stands: the first position that it has not seen, and its memory as of there. */
export interface Standing {
  readonly next: number
  readonly state: unknown
}

/** @returns null where nothing was saved, or what was is damaged */
export function readStanding(path: string): Promise<Standing | null> {
  return readSealed(path, Saved)
}

export async function saveStanding(path: string, standing: Standing): Promise<void> {
  await writeSealed(path, standing)
}
