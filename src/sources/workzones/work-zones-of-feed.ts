import { sinceLast } from '../../core/since-last.ts'
import { DetourFeature, WorkZoneFeature } from '../../core/schema/wzdx-feed.ts'
import type { FeedInfo } from '../../core/schema/wzdx-feed.ts'
import { readFeed, tellIssues } from './read-feed.ts'
import type { FeedProblem } from './read-feed.ts'

/** A line of the stream `work-zones`, by its names on the wire. */
export interface WorkZoneLine {
  readonly work_zone_id: string
  readonly updated_at: string
  readonly event_type: 'work-zone' | 'detour'
  readonly name?: string
  readonly description?: string
  readonly road_names: readonly string[]
  readonly direction: string
  readonly starts_at: string
  readonly ends_at: string
  readonly start_verified?: boolean
  readonly end_verified?: boolean
  readonly status?: string
  readonly vehicle_impact?: string
  readonly work_zone_type?: string
  readonly workers_present?: boolean
  readonly speed_limit_kmh?: number
  readonly lanes?: unknown
  readonly restrictions?: unknown
  readonly types_of_work?: readonly string[]
  readonly geometry: unknown
  readonly related?: unknown
  readonly data_source_id: string
  readonly details?: unknown
  readonly withdrawn?: true
}

export interface FeedOptions<L> {
  /** When the feed was received, ms since 1970 UTC. */
  readonly nowMs: number
  /** Put before each id, so that two feeds that use the same ids don't meet. @default '' */
  readonly idPrefix?: string
  /** `all` of the last reading of the same feed: what is as it was is not delivered again. */
  readonly previous?: readonly L[]
  /** What the last reading had and this one has not is withdrawn, where this one could be read whole. @default false */
  readonly withdrawMissing?: boolean
}

export interface FeedReading<L> {
  /** To be delivered to the stream. */
  readonly lines: readonly L[]
  readonly problems: readonly FeedProblem[]
  /** All that the feed says now: the next reading's `previous`. */
  readonly all: readonly L[]
  readonly counts: {
    /** Features of the feed = taken + refused. */
    readonly features: number
    readonly taken: number
    readonly refused: number
    readonly delivered: number
    readonly unchanged: number
    readonly withdrawn: number
  }
}

/**
 * The work zones and detours of a WZDx WorkZoneFeed (4.0 to 4.2). Pure. A feature that breaks the standard is refused with the
 * path, the value and the remedy; the others are taken nevertheless.
 */
export function workZonesOfFeed(
  json: string | object,
  options: FeedOptions<WorkZoneLine>,
): FeedReading<WorkZoneLine> {
  return readFeatures(json, options, workZoneLine, {
    idOf: ({ work_zone_id }) => work_zone_id,
    isOver: ({ ends_at }) => Date.parse(ends_at) < options.nowMs,
  })
}

export type Told = (path: readonly PropertyKey[], message: string) => null

export interface FeatureContext {
  readonly info: FeedInfo
  readonly idPrefix: string
  readonly nowMs: number
  readonly index: number
  readonly root: unknown
  readonly tell: (problem: FeedProblem) => void
}

/** Both kinds of feed are read the same way. */
export function readFeatures<L extends { readonly updated_at: string; readonly withdrawn?: true }>(
  json: string | object,
  { nowMs, idPrefix = '', previous = [], withdrawMissing = false }: FeedOptions<L>,
  lineOf: (feature: unknown, context: FeatureContext) => L | null,
  { idOf, isOver }: { readonly idOf: (line: L) => string; readonly isOver: (line: L) => boolean },
): FeedReading<L> {
  const problems: FeedProblem[] = []
  const tell = (problem: FeedProblem) => {
    if (problems.length < 1000) problems.push(problem)
  }
  const feed = readFeed(json, tell)
  if (feed === null) {
    const counts = { features: 0, taken: 0, refused: 0, delivered: 0, unchanged: 0, withdrawn: 0 }
    return { lines: [], problems, all: previous, counts }
  }
  const found = new Map<string, L>()
  let refused = 0
  for (const [index, feature] of feed.features.entries()) {
    const root = { features: { [index]: feature } }
    const line = lineOf(feature, { info: feed.info, idPrefix, nowMs, index, root, tell })
    if (line !== null && found.has(idOf(line))) {
      tell({
        path: `features[${index}].id`,
        message: `${JSON.stringify(idOf(line))} stands in the feed before; give each its own`,
        isRefusal: true,
      })
      refused++
    } else if (line === null) refused++
    else found.set(idOf(line), line)
  }
  // An empty answer is more often a fault of its sender than the end of all work.
  const isEmpty = found.size === 0 && previous.length > 0
  if (isEmpty && withdrawMissing)
    tell({
      path: 'features',
      message: 'the feed is empty now; nothing is withdrawn for that',
      isRefusal: false,
    })
  const told = sinceLast([...found.values()], previous, {
    idOf,
    isOver,
    nowMs,
    withdrawMissing: withdrawMissing && refused === 0 && !isEmpty,
  })
  return {
    lines: told.lines,
    problems,
    all: told.all,
    counts: {
      features: feed.features.length,
      taken: found.size,
      refused,
      delivered: told.lines.length,
      unchanged: told.unchanged,
      withdrawn: told.lines.filter(({ withdrawn }) => withdrawn === true).length,
    },
  }
}

function workZoneLine(
  feature: unknown,
  { info, idPrefix, nowMs, index, root, tell }: FeatureContext,
): WorkZoneLine | null {
  const at = ['features', index]
  const isDetour =
    (feature as { properties?: { core_details?: { event_type?: unknown } } } | null)?.properties?.core_details
      ?.event_type === 'detour'
  const parsed = isDetour ? DetourFeature.safeParse(feature) : WorkZoneFeature.safeParse(feature)
  if (!parsed.success) {
    tellIssues(parsed.error, at, root, tell)
    return null
  }
  const { core_details: core, start_date, end_date } = parsed.data.properties
  if (Date.parse(end_date) < Date.parse(start_date)) {
    tell({
      path: `features[${index}].properties.end_date`,
      message: `"${end_date}" lies before start_date "${start_date}"; correct one of them`,
      isRefusal: true,
    })
    return null
  }
  const updated_at = updatedAt(
    [core.update_date, core.creation_date, sourceOf(info, core.data_source_id), info.update_date],
    nowMs,
  )
  return lineOf(parsed.data, idPrefix, updated_at)
}

function lineOf(
  feature: WorkZoneFeature | DetourFeature,
  idPrefix: string,
  updated_at: string,
): WorkZoneLine {
  const { id, properties, geometry } = feature
  const { core_details: core, start_date, end_date } = properties
  const rest = restOf(properties, core)
  const {
    vehicle_impact,
    work_zone_type,
    worker_presence,
    reduced_speed_limit_kph,
    lanes,
    restrictions,
    types_of_work,
  } = properties as Partial<WorkZoneFeature['properties']>
  return compact({
    work_zone_id: `${idPrefix}${id}`,
    updated_at,
    event_type: core.event_type,
    name: plain(core.name),
    description: core.description?.trim() === '' ? undefined : core.description,
    road_names: core.road_names.map(name => plain(name) ?? 'unnamed'),
    direction: core.direction,
    starts_at: new Date(start_date).toISOString(),
    ends_at: new Date(end_date).toISOString(),
    start_verified: properties.is_start_date_verified ?? properties.start_date_accuracy === 'verified',
    end_verified: properties.is_end_date_verified ?? properties.end_date_accuracy === 'verified',
    status: properties.event_status,
    vehicle_impact,
    work_zone_type,
    workers_present: worker_presence?.are_workers_present,
    speed_limit_kmh: reduced_speed_limit_kph,
    lanes,
    restrictions,
    types_of_work: types_of_work?.map(({ type_name }) => type_name),
    geometry,
    related: core.related_road_events,
    data_source_id: core.data_source_id,
    details: Object.keys(rest).length === 0 ? undefined : rest,
  })
}

/** Properties that the stream has fields for. */
const TAKEN = new Set([
  ...[
    'core_details',
    'start_date',
    'end_date',
    'is_start_date_verified',
    'is_end_date_verified',
    'start_date_accuracy',
    'end_date_accuracy',
  ],
  ...['event_status', 'vehicle_impact', 'work_zone_type', 'reduced_speed_limit_kph', 'lanes', 'restrictions'],
])

/** All else, by its name in the standard, so that it goes out again as it came in. */
function restOf(
  properties: Readonly<Record<string, unknown>>,
  core: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const rest = Object.fromEntries(Object.entries(properties).filter(([name]) => !TAKEN.has(name)))
  const { creation_date, relationship } = core
  return {
    ...rest,
    ...(creation_date === undefined ? {} : { creation_date }),
    ...(relationship === undefined ? {} : { relationship }),
  }
}

export function sourceOf({ data_sources }: FeedInfo, id: string): string | undefined {
  return data_sources.find(({ data_source_id }) => data_source_id === id)?.update_date
}

const HALF_DAY_MS = 43_200_000

/** The first time that is said; one that lies ahead is the feed's clock going wrong, and now is taken instead. */
export function updatedAt(said: readonly (string | undefined)[], nowMs: number): string {
  const atMs = Date.parse(said.find(time => time !== undefined) ?? new Date(nowMs).toISOString())
  return new Date(atMs > nowMs + HALF_DAY_MS ? nowMs : atMs).toISOString()
}

/** A name on one line, without what nobody sees; undefined where nothing is left. */
export function plain(name: string | undefined): string | undefined {
  const line = name
    ?.replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim()
  return line === '' ? undefined : line?.slice(0, 256)
}

/** Without what is not said. */
export function compact<T extends object>(line: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined)) as T
}
