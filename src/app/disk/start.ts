import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DataFolderError, DiskFullError } from '../../core/errors.ts'
import { holdFolder } from '../folder/index.ts'
import type { HeldFolder } from '../folder/index.ts'
import { openDesk } from './desk.ts'
import type { Desk } from './desk.ts'
import type { DiskWatch } from './watch.ts'

export interface HoldOptions {
  readonly path: string
  readonly disk: Pick<DiskWatch, 'look' | 'tooFullToStart' | 'freeBytes'>
  /** Where callers are told why it waits; null refuses instead of waiting. */
  readonly address: { readonly host: string; readonly port: number } | null
  readonly signal: AbortSignal
  readonly onProgress: (line: string) => void
}

const LOOK_AGAIN_MS = 500

/**
 * Takes the data folder once its disk has the space a start needs. A server waits for it, tells everybody who asks why,
 * and goes on by itself: a machine that starts with a full disk needs nobody to start it again.
 *
 * @throws {DiskFullError} with too little space, where it may not wait
 * @throws what `holdFolder` throws
 */
export async function holdWithRoom(options: HoldOptions): Promise<HeldFolder> {
  const { path, disk, address, signal, onProgress } = options
  let held: HeldFolder | null = null
  const desks: Desk[] = []
  try {
    for (let round = 0; ; round++) {
      const got: HeldFolder | DataFolderError = held ?? (await holdUnlessFull(path))
      if (!(got instanceof DataFolderError)) held = got
      await disk.look()
      const why = disk.tooFullToStart ?? (got instanceof DataFolderError ? got.message : null)
      if (why === null && held !== null) return held
      if (address === null) throw new DiskFullError(why ?? 'The disk is full.')
      const { freeBytes } = disk
      if (round === 0) {
        desks.push(await openDesk(address))
        onProgress(`${why ?? ''} Waiting for it; Ctrl-C ends the waiting.`)
      }
      // With the folder held, commands find this process by its socket.
      if (held !== null && desks.length === 1) desks.push(...(await controlDesk(held)))
      for (const desk of desks) desk.say({ detail: why ?? '', freeBytes })
      await sleep(LOOK_AGAIN_MS, undefined, { signal })
    }
  } catch (error) {
    await held?.release()
    throw error
  } finally {
    await Promise.all(desks.map(desk => desk.close()))
  }
}

/** What an ended engine left in its scratch folder may be what fills the disk; nobody needs it any more. */
async function holdUnlessFull(path: string): Promise<HeldFolder | DataFolderError> {
  try {
    const held = await holdFolder(path)
    await rm(join(path, 'lake-tmp'), { recursive: true, force: true })
    return held
  } catch (error) {
    if (error instanceof DataFolderError && isFull(error.cause)) return error
    throw error
  }
}

async function controlDesk({ controlSocket }: HeldFolder): Promise<Desk[]> {
  await rm(controlSocket, { force: true })
  return openDesk({ path: controlSocket }).then(
    desk => [desk],
    // A disk without a byte may refuse a socket too; the network's desk answers.
    () => [],
  )
}

function isFull(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
}
