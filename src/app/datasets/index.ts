import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Config } from '../../core/config/index.ts'
import { Secret } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { LogWriter } from '../../core/log.ts'
import { fetchGuarded } from '../../core/outbound/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import { byCron, FeedMapping, mappedFormat } from '../../sources/poll/index.ts'
import { below } from '../../storage/index.ts'
import type { ObjectStore } from '../../storage/index.ts'
import { datasetAt, socrataPresets } from '../../sources/socrata/index.ts'
import type { SocrataDataset, SocrataPreset } from '../../sources/socrata/index.ts'
import type { Job } from '../jobs/index.ts'
import { BucketInbox, FolderInbox, Landing } from '../landing/index.ts'
import type { Inbox } from '../landing/index.ts'
import { DatasetCatalog } from '../catalog/index.ts'
import type { KnownDataset, StreamRules, Wants } from '../catalog/index.ts'
import type { ProblemBoard } from '../problems.ts'
import { datasetJob } from './dataset-job.ts'
import { mappingWants } from './mapping-wants.ts'
import { readerOf } from './reader.ts'
import type { DatasetReader } from './reader.ts'
import type { DatasetSettings, FileAddress } from './settings.ts'

export { incidentReader } from './incident-reader.ts'

type Settings = Config['jobs']['datasets'][number]
/** A schedule of this word is none. */
const NEVER = 'never'

/**
 * The datasets that the settings name; none in the demo, because simulated and real data never mix.
 * @throws {ConfigError} naming every one that can't be
 */
export function datasetsOf(
  config: Config,
  streams: readonly Stream[],
  readers: readonly DatasetReader[],
): DatasetSettings[] {
  const mistakes: string[] = []
  const datasets = config.jobs.datasets.flatMap(settings => {
    try {
      return [datasetOf(settings, config, streams, readers)]
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      mistakes.push(`  jobs.datasets "${settings.name}": ${error.message}`)
      return []
    }
  })
  if (mistakes.length > 0)
    throw new ConfigError(
      `The configuration has ${mistakes.length} dataset(s) with mistakes:\n${mistakes.join('\n')}`,
    )
  return config.simulation.mode === 'off' ? datasets : []
}

export interface DatasetJobsDeps {
  readonly config: Config
  /** Of the data folder. */
  readonly folder: string
  readonly log: LogWriter
  /** Where everything that is received is kept. */
  readonly store: ObjectStore
  readonly rules: StreamRules
  readonly problems: Pick<ProblemBoard, 'set'>
}

/** A dataset's job, and what is known of the dataset. */
export interface OpenDataset extends KnownDataset {
  readonly job: Job
}

/** They keep what they must remember under `jobs/<name>` each, and all keep what they receive in one place. */
export function openDatasets(
  datasets: readonly DatasetSettings[],
  { config, folder, log, store, rules, problems }: DatasetJobsDeps,
): OpenDataset[] {
  const landing = new Landing(store)
  const { kind, lookS, prefix } = config.landing
  const inboxOf = (name: string): Inbox => {
    const { maxFileBytes } = config.jobs
    if (kind === 'folder') return new FolderInbox(join(folder, 'landing', 'inbox', name), maxFileBytes)
    return new BucketInbox(store, `inbox/${name}`, maxFileBytes)
  }
  const { allowAddresses, proxy } = config.polling
  return datasets.map(settings => {
    const { name, source, stream } = settings
    const own = join(folder, 'jobs', name)
    const catalog = new DatasetCatalog(own, learntFrom(source), trouble =>
      problems.set(`catalog:${name}`, trouble === null ? null : catalogProblem(name, trouble)),
    )
    const job = datasetJob(settings, {
      ...{ landing, log, catalog, rules },
      folder: own,
      inbox: inboxOf(name),
      ...(kind === 'folder'
        ? {}
        : { lookEveryMs: lookS * 1000, inboxPrefix: `${below(prefix)}inbox/${name}/` }),
      keepDays: config.jobs.keepLanding,
      now: Date.now,
      random: Math.random,
      sleep: async (ms, signal) => {
        await wait(ms, undefined, { signal })
      },
      fetch: (address, options) =>
        fetchGuarded(address, {
          ...options,
          allow: allowAddresses,
          proxy: proxy === null ? null : { url: proxy },
        }),
    })
    return { job, catalog, stream, about: { name, says: job.about, stream: stream.name } }
  })
}

/** Another address begins anew. */
function learntFrom(source: DatasetSettings['source']): string {
  if (source === null) return 'inbox'
  return 'url' in source ? source.url : `${source.origin}/${source.id}`
}

function catalogProblem(name: string, trouble: string): string {
  return `The catalogue of the dataset ${name}: ${trouble}. Nothing else is lost; \`arterial jobs run ${name} --from-landing\` fills it again from what was landed.`
}

function datasetOf(
  settings: Settings,
  { city }: Config,
  streams: readonly Stream[],
  readers: readonly DatasetReader[],
): DatasetSettings {
  const { name, constants, url, maxWithdrawnShare } = settings
  const preset = presetOf(settings)
  const reader = preset === null ? mappedReader(settings, streams) : knownReader(preset, readers)
  const stream = streamOf(reader.stream, streams)
  const scheduleZone = settings.zone ?? preset?.zone ?? city.timeZone
  const cron = settings.cron ?? preset?.cron ?? NEVER
  const usual = preset?.isRecord === true && url === null ? 0 : null
  const reconcileDays = settings.reconcileDays === undefined ? usual : settings.reconcileDays
  if (reconcileDays !== null && url !== null)
    throw new FeedError(
      'reconcileDays is for datasets of portals: what is missing from a plain file says nothing; leave it out',
    )
  const { once } = stream
  if (reconcileDays !== null && (once.how !== 'latest' || once.version === 'position'))
    throw new FeedError(
      `reconcileDays withdraws what a dataset no longer has, but records of ${stream.name} are never withdrawn; leave it out`,
    )
  const source = url === null ? sourceOf(settings, preset) : fileAt(settings, url)
  return {
    name,
    source,
    reader,
    stream,
    schedule: source === null || cron === NEVER ? null : byCron(cron, scheduleZone),
    scheduleZone,
    zone: preset?.zone ?? city.timeZone,
    constants,
    reconcileDays,
    maxWithdrawnShare,
    wants: wantsFor(settings, preset, stream),
  }
}

function fileAt({ timeoutS, maxBytes }: Settings, url: string): FileAddress {
  return { url, timeoutS, maxBytes }
}

function sourceOf(settings: Settings, preset: SocrataPreset | null): SocrataDataset | null {
  const { appToken, pageRows, maxBytes, timeoutS, mapping } = settings
  const address = settings.address ?? preset?.address ?? null
  if (address === null) return null
  const at = datasetAt(address)
  const format = preset?.format ?? (mapping?.['format'] === 'csv' ? 'csv' : 'json')
  const token = appToken instanceof Secret ? appToken : null
  return { ...at, format, appToken: token, pageRows, maxBytes, timeoutS }
}

function presetOf({ preset }: Settings): SocrataPreset | null {
  if (preset === null) return null
  const found = socrataPresets.find(({ name }) => name === preset)
  if (found !== undefined) return found
  const names = socrataPresets.map(({ name }) => name).join(', ')
  throw new FeedError(`the preset "${preset}" is unknown; there are ${names}`)
}

function knownReader({ name, reader }: SocrataPreset, readers: readonly DatasetReader[]): DatasetReader {
  const found = readers.find(one => one.name === reader)
  if (found === undefined)
    throw new FeedError(`the preset ${name} needs the reader ${reader}, which this version does not have`)
  return found
}

function mappedReader({ mapping, stream, constants }: Settings, streams: readonly Stream[]): DatasetReader {
  const parsed = FeedMapping.safeParse(mapping)
  if (!parsed.success)
    throw new FeedError(`the mapping: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`)
  const { items, separator } = parsed.data
  const layout = { separator, ...(items === undefined ? {} : { items }) }
  return readerOf(mappedFormat(parsed.data, streamOf(stream ?? '', streams), constants), layout)
}

/** Of a preset's reader what it cannot do without, of a mapping what it names. */
function wantsFor({ mapping }: Settings, preset: SocrataPreset | null, stream: Stream): Wants {
  if (preset === null) return mappingWants(FeedMapping.parse(mapping), stream)
  const { needs, typed } = preset
  return { needs, reads: needs.flat(), typed }
}

function streamOf(name: string, streams: readonly Stream[]): Stream {
  const stream = streams.find(one => one.name === name)
  if (stream !== undefined) return stream
  const names = streams.map(one => one.name).join(', ')
  throw new FeedError(`the stream "${name}" is unknown; there are ${names}`)
}
