import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { fetchGuarded } from '../../../src/core/outbound/index.ts'
import type { PolledFeed } from '../../../src/sources/poll/index.ts'
import { everySeconds, FeedMapping, mappedFormat } from '../../../src/sources/poll/index.ts'
import { Poller } from '../../../src/sources/poll/poller.ts'
import type { PollerDeps } from '../../../src/sources/poll/poller.ts'
import { weather } from '../../../src/streams/weather/index.ts'
import { Provider } from './provider.ts'

export const START = Date.parse('2026-11-27T15:00:00Z')
export const MIN = 60_000
export const never = new AbortController().signal
export const format = mappedFormat(
  FeedMapping.parse({
    format: 'json',
    items: 'data',
    fields: { station_id: 'id', timestamp: 'at', temperature_f: { path: 't', unit: '°C' } },
  }),
  weather,
  {},
)

export const observed = (at = '2026-11-27T14:51:00Z', t = 21.1) => ({ data: [{ id: 'KNYC', at, t }] })

interface Delivered {
  readonly stream: string
  readonly lines: string[]
  readonly source: string
  readonly arrivedAtMs: number
}

/** A provider, a folder, a clock of its own, and what was delivered. */
export class PollingRoom {
  readonly provider = new Provider()
  readonly delivered: Delivered[] = []
  readonly bugs: unknown[] = []
  folder = ''
  nowMs = START
  deliver: PollerDeps['deliver'] = async (stream, lines, count, source, arrivedAtMs) => {
    const text = lines.toString().trimEnd().split('\n')
    expect(text).toHaveLength(count)
    this.delivered.push({ stream, lines: text, source, arrivedAtMs })
  }

  async open(): Promise<this> {
    await this.provider.start()
    this.folder = await mkdtemp(join(tmpdir(), 'polled-'))
    return this
  }

  async close(): Promise<void> {
    await this.provider.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  async kept(): Promise<string[]> {
    const names = await readdir(join(this.folder, 'airport'))
    return names.filter(name => name.endsWith('.zst')).sort()
  }

  poller(feed: Partial<PolledFeed> = {}, deps: Partial<PollerDeps> = {}): Poller {
    const about: PolledFeed = {
      name: 'airport',
      url: `${this.provider.origin}/obs`,
      query: {},
      headers: {},
      format,
      schedule: everySeconds(600),
      zone: 'UTC',
      constants: {},
      instants: ['timestamp'],
      timeoutS: 60,
      maxBytes: 100_000,
      keepHours: 24,
      keepBytes: 1_000_000,
    }
    return new Poller(
      { ...about, ...feed },
      {
        folder: this.folder,
        fetch: (address, options) => fetchGuarded(address, { ...options, allow: ['127.0.0.1'] }),
        deliver: (...batch) => this.deliver(...batch),
        now: () => this.nowMs,
        random: () => 0.5,
        sleep: async ms => {
          this.nowMs += ms
        },
        maxFutureMs: 300_000,
        mayKeep: () => true,
        onPolled: () => {},
        onBug: (_, error) => this.bugs.push(error),
        ...deps,
      },
    )
  }
}
