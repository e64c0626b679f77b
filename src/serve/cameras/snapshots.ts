import type { OutboundAnswer } from '../../core/outbound/index.ts'
import { OutboundError } from '../../core/outbound/index.ts'
import { CameraHiddenError, CamerasBusyError, CameraSilentError } from './camera-error.ts'
import { canBeBlurred, pictureOf, pictureType, type Picture } from './picture.ts'

/** What the register says of a camera now. */
export interface RegisteredCamera {
  readonly snapshotUrl: string | null
  readonly shown: 'yes' | 'blurred' | 'hidden'
}

/** Validators of the picture that is held, for the camera to say that there is no newer one. */
export interface Held {
  readonly etag: string | null
  readonly lastModified: string | null
}

export interface SnapshotDeps {
  /** Null where the register has no such camera. */
  readonly find: (cameraId: string) => Promise<RegisteredCamera | null>
  /** Through the guarded client; the address is the register's. */
  readonly fetch: (url: string, held: Held) => Promise<OutboundAnswer>
  /** The picture of a simulated camera. @default there are none */
  readonly draw?: (cameraId: string, nowMs: number) => Buffer
  readonly blur: (picture: Buffer) => Promise<Buffer>
  /** A picture is shown to everybody for so long before the camera is asked again. */
  readonly cacheMs: number
  readonly nowMs: () => number
  /** Told in a sentence when a camera falls silent, and when it gives pictures again. @default nobody is */
  readonly onChange?: (change: string) => void
}

export interface Snapshot {
  readonly picture: Picture
  /** Since it was taken from the camera. */
  readonly ageMs: number
  /** Until the camera is asked again. */
  readonly leftMs: number
}

/** Null where there is no such camera or it has no address. */
export type Snapshots = (cameraId: string) => Promise<Snapshot | null>

/** Cameras asked at once; beyond, callers are told to come again. */
const MAX_FETCHES = 16
/** Pictures held in memory; those fetched longest ago go first. */
const MAX_HELD_BYTES = 64 * 2 ** 20
/** Failures held; a camera beyond is simply asked again. */
const MAX_FAILURES = 10_000
/** A camera that fails is asked again after so long, each time twice as long. */
const FIRST_WAIT_MS = 10_000
const LONGEST_WAIT_MS = 300_000

interface Entry extends Held {
  readonly picture: Picture
  readonly takenMs: number
}

interface Failure {
  readonly untilMs: number
  readonly waitMs: number
  readonly why: string
  /** There is a picture, but none that may be shown. */
  readonly hidden: boolean
}

/**
 * Pictures of registered cameras. However many look, a camera is asked once at a time and once in `cacheMs`; pictures are held in
 * memory only. The register is looked at for every caller, so a camera that is hidden from now on is hidden from now on.
 */
export function snapshotsOf(deps: SnapshotDeps): Snapshots {
  const taker = new Taker(deps)
  return async cameraId => {
    const camera = await deps.find(cameraId)
    if (camera === null) return null
    if (camera.shown === 'hidden')
      throw new CameraHiddenError(`The picture of camera ${JSON.stringify(cameraId)} is not shown.`)
    if (camera.snapshotUrl === null) return null
    return taker.take(cameraId, camera.snapshotUrl, camera.shown === 'blurred')
  }
}

class Taker {
  readonly #deps: SnapshotDeps
  readonly #held = new Map<string, Entry>()
  readonly #failures = new Map<string, Failure>()
  readonly #underWay = new Map<string, Promise<Entry>>()
  #heldBytes = 0

  constructor(deps: SnapshotDeps) {
    this.#deps = deps
  }

  async take(cameraId: string, url: string, blurred: boolean): Promise<Snapshot> {
    // A camera with another address, or another rule, is another camera.
    const key = JSON.stringify([cameraId, url, blurred])
    const held = this.#held.get(key)
    if (held !== undefined && this.#leftMs(held) > 0) return this.#snapshot(held)
    const failure = this.#failures.get(key)
    if (failure !== undefined && failure.untilMs > this.#deps.nowMs()) throw this.#silent(cameraId, failure)
    const underWay = this.#underWay.get(key)
    if (underWay !== undefined) return this.#snapshot(await underWay)
    if (this.#underWay.size >= MAX_FETCHES)
      throw new CamerasBusyError(`${MAX_FETCHES} cameras are being asked already; try again in a moment.`)
    const asked = this.#ask(key, cameraId, url, blurred).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, asked)
    return this.#snapshot(await asked)
  }

  async #ask(key: string, cameraId: string, url: string, blurred: boolean): Promise<Entry> {
    try {
      const entry = await this.#fresh(cameraId, url, blurred, this.#held.get(key))
      if (this.#failures.delete(key))
        this.#deps.onChange?.(`Camera ${JSON.stringify(cameraId)} gives pictures again.`)
      this.#hold(key, entry)
      return entry
    } catch (error) {
      if (!(error instanceof NoPicture) && !(error instanceof OutboundError)) throw error
      const wasWell = !this.#failures.has(key)
      const silent = this.#silent(cameraId, this.#failed(key, error), error)
      if (wasWell) this.#deps.onChange?.(silent.message)
      throw silent
    }
  }

  async #fresh(cameraId: string, url: string, blurred: boolean, held: Entry | undefined): Promise<Entry> {
    const takenMs = this.#deps.nowMs()
    if (url.startsWith('simulated:')) {
      if (this.#deps.draw === undefined) throw new NoPicture('it is simulated, and this city is real')
      const drawn = await this.#picture(this.#deps.draw(cameraId, takenMs), blurred)
      return { picture: drawn, takenMs, etag: null, lastModified: null }
    }
    const answer = await this.#deps.fetch(url, {
      etag: held?.etag ?? null,
      lastModified: held?.lastModified ?? null,
    })
    if (answer.status === 304 && held !== undefined) return { ...held, takenMs }
    if (answer.status !== 200)
      throw new NoPicture(`it answers ${answer.status}`, { waitMs: (answer.retryAfterS ?? 0) * 1000 })
    const { etag, lastModified } = answer
    return { picture: await this.#picture(answer.body, blurred), takenMs, etag, lastModified }
  }

  async #picture(bytes: Buffer, blurred: boolean): Promise<Picture> {
    const type = pictureType(bytes)
    if (type === null) throw new NoPicture('what it sends is no JPEG, PNG, WebP or GIF')
    if (!blurred) return pictureOf(type, bytes)
    if (!canBeBlurred(type))
      throw new NoPicture('its picture is to be blurred, which only a JPEG or a PNG can be', { hidden: true })
    try {
      return pictureOf('image/jpeg', await this.#deps.blur(bytes))
    } catch (cause) {
      throw new NoPicture('its picture can’t be blurred', { hidden: true, cause })
    }
  }

  #hold(key: string, entry: Entry): void {
    this.#drop(key)
    this.#held.set(key, entry)
    this.#heldBytes += entry.picture.bytes.length
    for (const oldest of this.#held.keys()) {
      if (this.#heldBytes <= MAX_HELD_BYTES || oldest === key) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    this.#heldBytes -= this.#held.get(key)?.picture.bytes.length ?? 0
    this.#held.delete(key)
  }

  #failed(key: string, error: NoPicture | OutboundError): Failure {
    const before = this.#failures.get(key)?.waitMs ?? FIRST_WAIT_MS / 2
    const waitMs = Math.min(before * 2, LONGEST_WAIT_MS)
    const told = error instanceof NoPicture ? error : { waitMs: 0, hidden: false, message: notFetched(error) }
    const untilMs = this.#deps.nowMs() + Math.max(waitMs, told.waitMs)
    const failure = { untilMs, waitMs, why: told.message, hidden: told.hidden }
    this.#failures.delete(key)
    this.#failures.set(key, failure)
    const [oldest] = this.#failures.keys()
    if (this.#failures.size > MAX_FAILURES && oldest !== undefined) this.#failures.delete(oldest)
    return failure
  }

  #silent(cameraId: string, { why, untilMs, hidden }: Failure, cause?: unknown): Error {
    const camera = `Camera ${JSON.stringify(cameraId)}`
    if (hidden) return new CameraHiddenError(`${camera} is not shown: ${why}.`, { cause })
    const leftS = Math.max(1, Math.ceil((untilMs - this.#deps.nowMs()) / 1000))
    const again = `it is asked again in ${leftS} s`
    return new CameraSilentError(`${camera} gives no picture: ${why}; ${again}.`, leftS, { cause })
  }

  #leftMs({ takenMs }: Entry): number {
    const left = takenMs + this.#deps.cacheMs - this.#deps.nowMs()
    // A clock that was set back must not hold a picture for longer.
    return left > this.#deps.cacheMs ? 0 : left
  }

  #snapshot(entry: Entry): Snapshot {
    const leftMs = Math.max(0, this.#leftMs(entry))
    return { picture: entry.picture, ageMs: Math.max(0, this.#deps.nowMs() - entry.takenMs), leftMs }
  }
}

/** Says nothing of the network behind the address: whoever may see pictures need not know it. */
function notFetched({ code }: OutboundError): string {
  return `it can't be fetched (${code})`
}

/** The camera was reached, and has no picture for us. */
class NoPicture extends Error {
  /** What the camera asks for. */
  readonly waitMs: number
  readonly hidden: boolean

  constructor(why: string, options: ErrorOptions & { waitMs?: number; hidden?: boolean } = {}) {
    super(why, options)
    this.waitMs = options.waitMs ?? 0
    this.hidden = options.hidden ?? false
  }
}
