import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { datasetJob } from '../../../src/app/datasets/dataset-job.ts'
import { DatasetCatalog } from '../../../src/app/catalog/index.ts'
import { readerOf } from '../../../src/app/datasets/reader.ts'
import type { DatasetDeps, DatasetSettings } from '../../../src/app/datasets/settings.ts'
import type { RunResult } from '../../../src/app/jobs/index.ts'
import type { Trigger } from '../../../src/app/jobs/job.ts'
import { FolderInbox, Landing } from '../../../src/app/landing/index.ts'
import { folderStore } from '../../../src/storage/index.ts'
import type { ObjectStore } from '../../../src/storage/index.ts'
import { fetchGuarded } from '../../../src/core/outbound/index.ts'
import { FeedMapping, mappedFormat } from '../../../src/sources/poll/index.ts'
import { events } from '../../../src/streams/events/index.ts'
import { Portal } from '../../sources/socrata/portal.ts'
import type { PortalRow } from '../../sources/socrata/portal.ts'

export const TYPES: Readonly<Record<string, string>> = {
  key: 'text',
  title: 'text',
  changed: 'text',
  begins: 'text',
}

/** A show `n` in the portal. */
export const show = (n: number, title = `show ${n}`, changed = '2026-10-01T10:00:00Z'): PortalRow => ({
  id: `row-${String(n).padStart(5, '0')}`,
  updatedAt: '2026-11-01T17:00:00.000Z',
  values: { key: `show-${n}`, title, changed, begins: '2026-12-01T19:00:00Z' },
})
export const shows = (count: number): PortalRow[] => Array.from({ length: count }, (_, i) => show(i + 1))

const mapping = {
  format: 'json',
  fields: { event_id: 'key', title: 'title', updated_at: 'changed', starts_at: 'begins', ends_at: 'begins' },
}
const CONSTANTS = { kind: 'concert', status: 'confirmed' }

/** Told in place of what a step does, which a test counts or breaks. */
export type OnStep = (what: string) => void

/** A portal of shows, a data folder, and what went to the log. */
export class DatasetRoom {
  readonly portal = new Portal()
  folder = ''
  nowMs = Date.parse('2026-11-27T15:00:00Z')
  /** Each line that was made durable. */
  readonly log: string[] = []
  readonly steps: string[] = []
  /** Before and after each effect; what it throws is a kill. */
  onStep: OnStep = () => {}

  async open(count = 25): Promise<this> {
    await this.portal.start()
    this.folder = await mkdtemp(join(tmpdir(), 'dataset-'))
    this.portal.types = TYPES
    this.portal.rows = shows(count)
    return this
  }

  async close(): Promise<void> {
    await this.portal.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  get inbox(): string {
    return join(this.folder, 'landing', 'inbox', 'shows')
  }

  get landing(): Landing {
    const store = folderStore(join(this.folder, 'landing'))
    const put: ObjectStore['put'] = async (key, bytes) => {
      this.onStep(`before ${key}`)
      await store.put(key, bytes)
      this.onStep(`after ${key}`)
    }
    return new Landing({ ...store, put })
  }

  /** As a start finds it. */
  get catalog(): DatasetCatalog {
    return new DatasetCatalog(join(this.folder, 'jobs', 'shows'), this.portal.origin)
  }

  job(over: Partial<DatasetSettings> = {}, deps: Partial<DatasetDeps> = {}) {
    const settings: DatasetSettings = {
      name: 'shows',
      source: {
        origin: this.portal.origin,
        id: 'abcd-1234',
        format: 'json',
        appToken: null,
        pageRows: 10,
        maxBytes: 1_000_000,
        timeoutS: 10,
      },
      reader: readerOf(mappedFormat(FeedMapping.parse(mapping), events, CONSTANTS)),
      stream: events,
      schedule: null,
      scheduleZone: 'UTC',
      zone: 'UTC',
      constants: CONSTANTS,
      reconcileDays: 0,
      maxWithdrawnShare: 0.5,
      wants: { needs: [], reads: null, typed: [] },
    }
    return datasetJob(
      { ...settings, ...over },
      {
        landing: this.landing,
        folder: join(this.folder, 'jobs', 'shows'),
        inbox: new FolderInbox(this.inbox, 1_000_000),
        keepDays: null,
        catalog: this.catalog,
        rules: { zone: 'UTC', oldestMs: 0, maxFutureMs: 60_000 },
        log: {
          append: async ({ lines, count }) => {
            this.onStep('before log')
            const position = this.log.length
            this.log.push(...lines.toString().trimEnd().split('\n'))
            this.onStep('after log')
            return { position, count }
          },
        },
        fetch: (address, options) => fetchGuarded(address, { ...options, allow: ['127.0.0.1'] }),
        sleep: async () => {},
        random: () => 0.5,
        now: () => this.nowMs++,
        ...deps,
      },
    )
  }

  run(
    trigger: Trigger = 'schedule',
    over: Partial<DatasetSettings> = {},
    deps: Partial<DatasetDeps> = {},
  ): Promise<RunResult> {
    const step = async (name: string) => {
      this.steps.push(name)
      this.onStep(`step ${name}`)
    }
    return this.job(over, deps).run({ trigger, signal: new AbortController().signal, step })
  }

  /** A job whose inbox has been looked at, as one that waits does. */
  async runFiles(over: Partial<DatasetSettings> = {}): Promise<{ news: boolean; result: RunResult | null }> {
    const job = this.job(over)
    await job.hasNews?.()
    const news = (await job.hasNews?.()) ?? false
    const context = { trigger: 'file', signal: new AbortController().signal, step: async () => {} } as const
    return { news, result: news ? await job.run(context) : null }
  }

  /** The newest version of each show by the stream's own rule, as `title` or `withdrawn`. */
  get table(): Record<string, string> {
    return tableOf(this.log)
  }
}

interface Line {
  readonly event_id: string
  readonly updated_at: string
  readonly title: string
  readonly withdrawn?: boolean
}

/** @throws for two lines of one version that say different things: a conflict */
export function tableOf(log: readonly string[]): Record<string, string> {
  const newest = new Map<string, Line>()
  const versions = new Map<string, string>()
  for (const text of log) {
    const line = JSON.parse(text) as Line
    const version = `${line.event_id} ${line.updated_at}`
    if ((versions.get(version) ?? text) !== text) throw new Error(`a conflict: ${text}`)
    versions.set(version, text)
    const known = newest.get(line.event_id)
    if (known === undefined || Date.parse(line.updated_at) > Date.parse(known.updated_at))
      newest.set(line.event_id, line)
  }
  return Object.fromEntries(
    [...newest.values()]
      .sort((a, b) => (a.event_id < b.event_id ? -1 : 1))
      .map(line => [line.event_id, line.withdrawn === true ? 'withdrawn' : line.title]),
  )
}
