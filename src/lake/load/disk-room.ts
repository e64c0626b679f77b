import { DiskFullError } from '../../core/errors.ts'
import type { Pause } from './pause.ts'

/** Whether the disk has the space that loading writes to. */
export interface Room {
  /** Why there is none, in words; null where there is. */
  readonly full: string | null
  untilLakeHasRoom(signal: AbortSignal): Promise<void>
  /** Looks now; `full` is of the last look. */
  look(): Promise<void>
}

/** Work that asks for the tables meanwhile gets them within this time. */
const LOOK_EVERY_MS = 250

/**
 * Waits while the disk is full. What may free space, such as retention, must not wait for it: it gets the tables.
 * @param settled whether the tables may be worked on: a rescan after a crash is through
 */
export async function untilRoom(
  room: Room | undefined,
  pause: Pause,
  settled: () => boolean,
  stop: AbortSignal,
): Promise<void> {
  while (room !== undefined && room.full !== null && !stop.aborted) {
    if (pause.isAsked && settled()) await pause.grant()
    else await room.untilLakeHasRoom(AbortSignal.any([stop, AbortSignal.timeout(LOOK_EVERY_MS)]))
  }
}

/** @throws {DiskFullError} with too little space: no batch is begun that could not be finished */
export function refuseWhenFull(room: Room | undefined): void {
  if (room !== undefined && room.full !== null) throw new DiskFullError(room.full)
}

/** Whether the disk is full by now: what just failed may have met it before the watch did, and the watch tells it. */
export async function isFullNow(room: Room | undefined): Promise<boolean> {
  await room?.look()
  return room !== undefined && room.full !== null
}
