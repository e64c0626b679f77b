import { join } from 'node:path'
import type { Publisher, PublishedState } from '../../src/lake/publish/index.ts'
import { folderStore } from '../../src/storage/index.ts'
import { Lake } from '../integration/lake.ts'
import { Stream } from '../integration/stream.ts'
import { publisherOf, steady } from '../integration/tables/publishing.ts'
import { streams } from '../lake/streams/sample/index.ts'

const never = new AbortController().signal
const DAY_MS = 86_400_000
const known = { list: streams, url: new URL('../lake/streams/sample/index.ts', import.meta.url).href }

/** A lake with some days of traffic and other streams, and its tables in a folder. */
export class Tables {
  readonly lake: Lake
  readonly base: string
  readonly #traffic = new Stream(5, Date.parse('2026-03-01T00:00:00Z'))
  publisher: Publisher
  #sent = 0

  private constructor(lake: Lake, base: string) {
    this.lake = lake
    this.base = base
    this.publisher = this.#started()
  }

  static async start(folder: string): Promise<Tables> {
    const lake = new Lake(join(folder, 'lake'))
    lake.streams = known
    return new Tables(await lake.start(), join(folder, 'tables'))
  }

  stop(): Promise<void> {
    return this.lake.stop()
  }

  /** As Spark names it. */
  name(path: string): string {
    return `delta.\`${join(this.base, path)}\``
  }

  state(path: string): PublishedState {
    const state = this.publisher.states.find(one => one.path === path)
    if (state === undefined) throw new Error(`there is no table ${path}`)
    return state
  }

  get told(): string {
    const { states } = this.publisher
    const sum = (of: (state: PublishedState) => number) => states.reduce((total, one) => total + of(one), 0)
    return `${states.length} tables, ${sum(({ version }) => version + 1)} commits, ${sum(({ rows }) => rows)} rows`
  }

  /** Another start of the program: it knows nothing but what is there. */
  restart(): void {
    this.publisher = this.#started()
  }

  /**
   * More of everything, published. @param isWhole what is compared seldom, too
   * @returns the tables that can't go on, with what they say
   */
  async more(lines = 120, isWhole = true): Promise<string[]> {
    const { lake } = this
    if (this.#sent === 0) await lake.change(this.#traffic.changes())
    const readings = this.#traffic.lines(lines, 3).map(({ text }) => text)
    await lake.append(readings, { arrivedAtMs: this.#traffic.nowMs })
    for (const [kind, records] of others(this.#sent++, this.#traffic.nowMs)) {
      if (records.length === 0) continue
      await lake.log.append({
        ...{ kind, source: 'test', arrivedAtMs: this.#traffic.nowMs, intervalS: null, count: records.length },
        lines: Buffer.from(records.map(one => `${JSON.stringify(one)}\n`).join('')),
      })
    }
    await steady(lake)
    await this.publisher.round('all', never, { isWhole })
    return this.publisher.states.flatMap(({ path, problem }) =>
      problem === null ? [] : [`${path}: ${problem}`],
    )
  }

  #started(): Publisher {
    return publisherOf(this.lake, folderStore(this.base), { now: () => Date.now() })
  }
}

function others(nth: number, nowMs: number): [string, object[]][] {
  const at = (i: number) => new Date(nowMs - i * (DAY_MS / 150)).toISOString()
  const air = Array.from({ length: 20 }, (_, i) => ({
    station_id: `s${i % 3}`,
    timestamp: at(i),
    ...(i % 4 === 0 ? {} : { temperature_f: 50.25 + i + nth }),
    ...(i % 5 === 0 ? {} : { dust: i, dry: i % 2 === 0 }),
  }))
  const plans = Array.from({ length: 5 }, (_, i) => ({
    plan_id: `p${i + nth}`,
    updated_at: at(0),
    title: `Straße ${i} „${nth}“`,
    tags: ['a', 'ост'].slice(0, i % 3),
  }))
  // What changes a thing has all days compared.
  const kiosks = nth % 5 === 0 ? [{ kiosk_id: `k${nth % 3}`, name: `north ${nth}`, latitude: 1.5 + nth }] : []
  return [
    ['air', air],
    ['plans', plans],
    ['kiosks', kiosks],
  ]
}
