import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, DiskFullError, EngineQueryError, EngineUnavailableError } from '../../core/errors.ts'
import { asideName, beginAgain, isSetAside, lakeDir, listSetAside, made, resume, setAside } from './aside.ts'
import type { LakePlace, Plan, SetAside } from './aside.ts'
import { dropDerived } from './derived.ts'
import { blame, isPassing } from './blame.ts'
import type { Elsewhere, Suspect } from './blame.ts'

export { isSetAside, listSetAside }
export { probeNewLake } from './probe.ts'
export type { Elsewhere, LakePlace, SetAside }

/** The lake can't be opened, and may not be set aside. */
export class LakeDamagedError extends AppError {
  readonly code = 'ART_LAKE_DAMAGED'
}

/** The lake can't be opened for a reason that is none of its own. */
export class LakeNotOpenedError extends AppError {
  readonly code = 'ART_LAKE_NOT_OPENED'
  override readonly retryable = true
}

export interface OpenOptions {
  readonly place: LakePlace
  /** Says whether the disk has space, and waits for it. */
  readonly disk: {
    readonly full: string | null
    look(): Promise<void>
    untilLakeHasRoom(signal: AbortSignal): Promise<void>
  }
  /** False refuses instead of setting a damaged lake aside. */
  readonly mayRebuild: boolean
  /** How to allow it. */
  readonly howToAllow: string
  /** False refuses instead of waiting for disk space. */
  readonly mayWait: boolean
  readonly probe: Suspect['probe']
  /** True where the lake has rows that the log can't give back. */
  readonly isOnlyCopy: boolean
  /** Told before a lake is set aside, and under which name; what only it holds can be written down then. */
  readonly onSetAside: (name: string) => Promise<void>
  readonly signal: AbortSignal
  readonly now: () => Date
  readonly onProgress: (line: string) => void
}

/** What was in passing, such as a lock that is just being given back, is over the second time; a killed engine may be killed again. */
const TRIES = { any: 2, passing: 6 } as const
const TRY_AGAIN_MS = 500
/** A new lake that can't be opened so often is not mended by another one. */
const MAX_BEGUN = 3

/**
 * Opens a lake. When it can't be opened and the lake itself is to blame, it is set aside under another name and a new one
 * is opened, which the log fills: no damage to it keeps the system from starting. Killed at any point, the next start goes on.
 *
 * @param open opens engine and tables; it leaves nothing behind when it throws
 * @throws {LakeDamagedError} when it may not be set aside, or a new lake does not open either
 * @throws {LakeNotOpenedError} when the lake is not to blame; its message has the remedy
 */
export async function openOrMakeAnew<T>(open: () => Promise<T>, options: OpenOptions): Promise<T> {
  const { place, disk, mayWait, signal } = options
  let plan = await resume(place)
  let derived = false
  for (let failures = 0; ; failures++) {
    try {
      const opened = await open()
      await made(place)
      return opened
    } catch (error) {
      if (!isOfTheLake(error)) throw error
      await disk.look()
      if (error instanceof DiskFullError || disk.full !== null) {
        if (!mayWait) throw new DiskFullError(disk.full ?? error.message, { cause: error })
        await disk.untilLakeHasRoom(signal)
        signal.throwIfAborted()
        failures = -1
        continue
      }
      const tries = isPassing(error.message) ? TRIES.passing : TRIES.any
      if (failures + 1 < tries) {
        await sleep(TRY_AGAIN_MS, undefined, { signal })
        continue
      }
      await refuseUnlessDamaged(error, options)
      if (plan === null && options.isOnlyCopy && !derived) {
        derived = true
        options.onProgress(`The lake can't be opened (${error.message}): its views are made anew.`)
        await dropDerived(lakeDir(place))
      } else plan = await replace(error, plan, options)
      failures = -1
    }
  }
}

/** As `blame`, for the lake of a place. */
export function blameOf(
  place: LakePlace,
  reason: string,
  probe: Suspect['probe'],
): Promise<Elsewhere | null> {
  return blame({ lakeDir: lakeDir(place), reason, probe })
}

/** @throws {LakeNotOpenedError} when something else is to blame @throws {LakeDamagedError} when nothing may be done about it */
async function refuseUnlessDamaged(error: AppError, options: OpenOptions): Promise<void> {
  const { place, mayRebuild, howToAllow, probe } = options
  const reason = error.message
  const other = await blameOf(place, reason, probe)
  if (other !== null) {
    throw new LakeNotOpenedError(
      `The lake ${lakeDir(place)} can't be opened: ${other.what}. ${other.remedy} It was not touched. (${reason})`,
      { cause: error },
    )
  }
  if (!mayRebuild) {
    throw new LakeDamagedError(
      `The lake ${lakeDir(place)} is damaged and can't be opened; it was not touched. ${howToAllow} it is then kept under the name lake.damaged-<time>, and a new one is made from the log. (${reason})`,
      { cause: error },
    )
  }
}

/** Sets the lake aside, or throws a new one away that was never opened. @returns what is being made now */
async function replace(error: AppError, plan: Plan | null, options: OpenOptions): Promise<Plan> {
  const { place, onSetAside, now, onProgress } = options
  const reason = error.message
  if (plan === null) {
    const name = asideName(now())
    await onSetAside(name)
    const begun = await setAside(place, reason, name, now())
    onProgress(
      `The lake can't be opened although the disk has room and a new one opens (${reason}). It is kept as ${begun.setAside}, and a new one is made from the log.`,
    )
    return begun
  }
  if (plan.begun >= MAX_BEGUN) {
    throw new LakeDamagedError(
      `The lake was set aside as ${plan.setAside}, and ${plan.begun} new ones could not be opened either: please report this. The log holds everything; with ${place.folder}/lake moved away the next start begins once more. (${reason})`,
      { cause: error },
    )
  }
  onProgress(`The new lake can't be opened (${reason}): it is begun once more.`)
  await beginAgain(place, plan)
  return { ...plan, begun: plan.begun + 1 }
}

function isOfTheLake(error: unknown): error is AppError {
  return (
    error instanceof EngineUnavailableError ||
    error instanceof EngineQueryError ||
    error instanceof DiskFullError
  )
}
