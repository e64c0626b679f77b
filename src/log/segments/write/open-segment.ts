import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Frame } from '../../../core/log.ts'
import type { Catalog, Segment } from '../catalog.ts'
import type { SegmentFile, SegmentFiles } from '../files.ts'
import { Groups } from '../compact/groups.ts'
import { packedSidecarName, segmentName, sidecarName } from '../names.ts'
import { encodePack } from './pack.ts'
import type { Pack } from './pack.ts'
import type { PositionsKeeper, Standing } from '../positions.ts'
import type { LogProblem } from '../problem.ts'
import { sidecarLine } from '../sidecar/lines.ts'
import { LastOrigins } from '../frame/last-origins.ts'
import { NamedCount } from '../named-streams.ts'
import { DAY_MS } from '../../../core/time/spans.ts'

export interface OpenSegmentOptions {
  readonly dir: string
  readonly files: SegmentFiles
  readonly segmentBytes: number
  readonly catalog: Catalog
  readonly positions: PositionsKeeper
  readonly onProblem: (problem: LogProblem) => void
}

/** A segment holds arrivals of a day at most, so that retention by age has something to drop where little arrives. */
const SEGMENT_SPAN_MS = DAY_MS
/** More positions are reserved when fewer than this are left, so that no append has to wait for it. */
const RESERVE_AHEAD = 8_192

interface Open {
  readonly segment: Segment
  readonly file: SegmentFile
  readonly sidecar: SegmentFile
  sidecarBytes: number
  /** Lines the sidecar still lacks. */
  sidecarLines: string
}

/** Writes the newest segment; when `write` returns, its lines survive a power cut. Calls must not overlap. */
export class OpenSegment {
  readonly #options: OpenSegmentOptions
  #open: Open | null = null
  #growing: Segment | undefined
  #isReserving = false

  /** @param growing the segment to go on with after a clean close; undefined starts a new one */
  constructor(options: OpenSegmentOptions, growing: Segment | undefined) {
    this.#options = options
    this.#growing = growing
  }

  /** Makes the packs' lines durable, the first one at position `next`. Throws if they may not be; then call `fail`. */
  async write(packs: readonly Pack[], next: number): Promise<Frame[]> {
    const { catalog, positions } = this.#options
    const open = await this.#openFor(packs, next)
    const { segment } = open
    let position = next
    const encoded = packs.map(pack => {
      const one = encodePack(pack, position)
      position += pack.count
      return one
    })
    await open.file.write(Buffer.concat(encoded.flatMap(({ bytes }) => bytes)), segment.bytes)
    const isNew = segment.bytes === 0
    // Before the answer, positions must be reserved and a new segment be known; this makes its name durable too.
    const reserved = isNew || position > positions.reserved
    await open.file.datasync()
    if (isNew) catalog.announce(segment.base)
    if (reserved) await positions.reserve(position, this.#standing)
    else if (position + RESERVE_AHEAD > positions.reserved) this.#reserveAhead(position)

    for (const { header } of encoded) open.sidecarLines += sidecarLine(header)
    await this.#writeSidecar(open)
    // From here on others see the records as synced: nothing may be waited for until they can be read.
    for (const { header, bytes } of encoded) {
      segment.index?.positions.push(header.position)
      segment.index?.offsets.push(segment.bytes)
      segment.bytes += bytes[0].length + bytes[1].length
      segment.end = header.position + header.count
      segment.newestArrivalMs = Math.max(segment.newestArrivalMs, header.arrivedAtMs)
      segment.groups.add({ ...header, form: 'one', foreign: false, runs: 1 })
      segment.plainRuns++
      segment.named.add(header)
      segment.origins.add(header.origins ?? [])
    }
    if (isNew) catalog.add(segment)
    return encoded.map(({ header }, i) => frameOf(header, packs[i]))
  }

  /** Closes the segment at its last durable frame after a failed write; a failed fsync is never tried again. */
  async fail(): Promise<void> {
    const open = this.#open
    this.#open = null
    if (open === null) return
    const { base, bytes } = open.segment
    const isNew = bytes === 0
    if (isNew) this.#options.catalog.withdraw()
    // While the note of it stands, its file must be there and hold something, or the next start would miss it.
    if (isNew && !(await this.#isUnlisted(base))) {
      await this.#close(open).catch(ignore)
      return
    }
    // What stays behind is no part of the log: the next segment begins at its first position.
    await open.file.truncate(bytes).catch(ignore)
    await this.#close(open).catch(ignore)
    if (isNew) await this.#remove(base).catch(ignore)
  }

  /** Takes a segment that holds nothing back from the list of those that should be there. */
  async #unlist(base: number): Promise<void> {
    const { positions } = this.#options
    if (positions.lists(base)) await positions.note(this.#standing)
  }

  #isUnlisted(base: number): Promise<boolean> {
    return this.#unlist(base).then(
      () => true,
      () => false,
    )
  }

  /** Its own file last: a sidecar alone would look like what is left of a segment that is gone. */
  async #remove(base: number): Promise<void> {
    const { dir, files } = this.#options
    await files.remove(join(dir, sidecarName(base)))
    await files.remove(join(dir, packedSidecarName(base)))
    await files.remove(join(dir, segmentName(base)))
  }

  /** Closes the segment; the next write starts a new one. */
  async seal(): Promise<void> {
    const open = this.#open
    this.#open = null
    this.#growing = undefined
    if (open !== null) await this.#close(open)
  }

  /** Runs work on the growing segment's closed file; it grows on unless the work throws. */
  async rest(work: () => Promise<void>): Promise<void> {
    const growing = this.#open?.segment ?? this.#growing
    await this.seal()
    await work()
    this.#growing = growing
  }

  async #openFor(packs: readonly Pack[], next: number): Promise<Open> {
    const newestMs = packs.reduce((most, { arrivedAtMs }) => Math.max(most, arrivedAtMs), -Infinity)
    if (this.#open !== null) {
      const { segment } = this.#open
      const full = segment.bytes >= this.#options.segmentBytes
      if (!full && newestMs - segment.firstArrivalMs < SEGMENT_SPAN_MS) return this.#open
      await this.seal()
    }
    const growing = this.#growing
    this.#growing = undefined
    const goesOn =
      growing?.end === next &&
      growing.bytes < this.#options.segmentBytes &&
      newestMs - growing.firstArrivalMs < SEGMENT_SPAN_MS
    this.#open = await this.#openFile(goesOn ? growing : newSegment(next, packs[0]?.arrivedAtMs ?? 0))
    return this.#open
  }

  async #openFile(segment: Segment): Promise<Open> {
    const { dir, files } = this.#options
    const isNew = segment.bytes === 0
    if (isNew) await this.#prepare(segment.base)
    const opened: SegmentFile[] = []
    const start = async (name: string) => {
      const file = await files.open(join(dir, name))
      opened.push(file)
      if (isNew) await file.truncate(0)
      return file
    }
    try {
      const file = await start(segmentName(segment.base))
      const sidecar = await start(sidecarName(segment.base))
      // SQL looks for names once: the one that a compaction fills must be there from the beginning.
      if (isNew) await (await start(packedSidecarName(segment.base))).close()
      // Its names are durable before the note of it is: a power cut may not leave the note alone.
      if (isNew) await files.syncFolder(dir)
      const sidecarBytes = isNew ? 0 : (await stat(join(dir, sidecarName(segment.base)))).size
      return { segment, file, sidecar, sidecarBytes, sidecarLines: '' }
    } catch (error) {
      for (const file of opened) await file.close().catch(ignore)
      if (isNew) await this.#remove(segment.base).catch(ignore)
      throw error
    }
  }

  /** Before a new segment's names are made: with them there, what a crash before left unused would look like lost records below them. */
  async #prepare(base: number): Promise<void> {
    await this.#options.positions.begin(base, this.#standing)
    // One that was refused before may have left its file, and a note of it.
    await this.#unlist(base)
  }

  async #writeSidecar(open: Open): Promise<void> {
    const lines = Buffer.from(open.sidecarLines)
    try {
      await open.sidecar.write(lines, open.sidecarBytes)
      open.sidecarBytes += lines.length
      open.sidecarLines = ''
    } catch (cause) {
      // The lines themselves are durable. The next write tries again at the same place, the next start mends it.
      const message = `log: ${sidecarName(open.segment.base)} could not be written: ${String(cause)}`
      this.#options.onProblem({ kind: 'sidecar', message, from: null, to: null, setAside: null, cause })
    }
  }

  async #close(open: Open): Promise<void> {
    if (open.sidecarLines !== '') await this.#writeSidecar(open)
    try {
      await open.sidecar.close()
    } finally {
      await open.file.close()
    }
  }

  readonly #standing = (): Standing => this.#options.catalog.standing

  #reserveAhead(next: number): void {
    if (this.#isReserving) return
    this.#isReserving = true
    const report = (cause: unknown) => {
      const message = `log: the positions file could not be written: ${String(cause)}`
      this.#options.onProblem({ kind: 'positions', message, from: null, to: null, setAside: null, cause })
    }
    void this.#options.positions
      .reserve(next, this.#standing)
      .catch(report)
      .finally(() => (this.#isReserving = false))
  }
}

function newSegment(base: number, firstArrivalMs: number): Segment {
  const index = { positions: [], offsets: [] }
  return {
    base,
    end: base,
    bytes: 0,
    firstArrivalMs,
    newestArrivalMs: -Infinity,
    index,
    groups: new Groups(),
    plainRuns: 0,
    named: new NamedCount(),
    origins: new LastOrigins(),
  }
}

function frameOf(header: Omit<Frame, 'lines'>, pack: Pack | undefined): Frame {
  const { kind, source, arrivedAtMs, intervalS, position, count } = header
  return { kind, source, arrivedAtMs, intervalS, position, count, lines: pack?.lines ?? Buffer.alloc(0) }
}

/** A second failure while a first one is being cleaned up says nothing new. */
function ignore(): void {}
