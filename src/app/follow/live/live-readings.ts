import type { LiveBatch } from '../../../core/live.ts'
import type { Frame } from '../../../core/log.ts'
import { versionsIn } from '../../../lake/once/lake-queries.ts'
import { PreparerThread } from '../../../lake/prepare/preparer-thread.ts'
import { ruleVersions } from '../../../lake/prepare/rules.ts'
import type { OpenLake } from '../../lake.ts'
import type { Arrived } from './topics-log.ts'

/** Readings that are told apart from their repeats: those of some hours. */
const INDEX_BYTES = 32 * 1024 * 1024
const NOTHING = new Uint8Array(0)

/**
 * Judges readings by the rules and the register that the tables have just now, and sums them up for the live picture. They go into no
 * table: what it knows of earlier ones are those it was given itself.
 */
export class LiveReadings {
  readonly #lake: Pick<OpenLake, 'engine' | 'loader' | 'rules'>
  #thread: PreparerThread | null = null
  #position = 0
  /** How many changes of register and rules the tables had when they were asked last. */
  #asked = ''
  #versionsUpto = 0

  constructor(lake: Pick<OpenLake, 'engine' | 'loader' | 'rules'>) {
    this.#lake = lake
  }

  /** The sums of readings that are no repeats. One call at a time. */
  async sums(arrived: readonly Arrived[]): Promise<LiveBatch> {
    try {
      this.#thread ??= await this.#open()
      const frames = [...(await this.#changes()), ...arrived.map(one => this.#frame(one))]
      const staged = this.#thread.stage(frames)
      const load = { pages: () => Promise.resolve(NOTHING), once: () => Promise.resolve(NOTHING) }
      return (await this.#thread.prepare(staged, load)).live
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const thread = this.#thread
    this.#thread = null
    await thread?.close()
  }

  #open(): Promise<PreparerThread> {
    this.#asked = ''
    this.#versionsUpto = 0
    const state = {
      ...{ ...this.#lake.rules, maxIndexBytes: INDEX_BYTES, versions: [], sightings: [] },
      ...{ hoursInSilver: [], silverFloorMs: -Infinity, streamFloorsMs: new Map<string, number>() },
      ...{ onlyDays: null, followsFrom: 0, present: {} },
    }
    return PreparerThread.open(state, null)
  }

  /** Changes of register and rules that came to the tables since, as the log would have them. */
  async #changes(): Promise<Frame[]> {
    const { engine, loader } = this.#lake
    const tables = loader.lastLedger?.tables
    const there = `${tables?.versions ?? 0}/${tables?.rules ?? 0}`
    if (tables === undefined || there === this.#asked) return []
    const versions = await versionsIn(engine, [{ from: this.#versionsUpto, to: Number.MAX_SAFE_INTEGER }])
    const rules = (await ruleVersions(engine)).at(-1)?.rules
    this.#asked = there
    this.#versionsUpto = Math.max(
      this.#versionsUpto,
      ...versions.slice(-1).map(({ position }) => position + 1),
    )
    return [
      ...(rules === undefined ? [] : [this.#changeFrame('rules', [rules])]),
      ...(versions.length === 0
        ? []
        : [
            this.#changeFrame(
              'sensor',
              versions.map(({ change }) => change),
            ),
          ]),
    ]
  }

  #changeFrame(kind: 'rules' | 'sensor', changes: readonly unknown[]): Frame {
    const lines = Buffer.from(changes.map(change => `${JSON.stringify(change)}\n`).join(''))
    return this.#frame({
      kind,
      source: 'tables',
      arrivedAtMs: 0,
      intervalS: null,
      lines,
      count: changes.length,
    })
  }

  #frame({ kind, source, arrivedAtMs, intervalS, lines, count }: Arrived): Frame {
    const position = this.#position
    this.#position += count
    return { kind, source, arrivedAtMs, intervalS, lines, count, position }
  }
}
