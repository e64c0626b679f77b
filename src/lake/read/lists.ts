import { sqlFile } from '../sql-file.ts'
import { DAY_MS, HOUR_MS } from '../../core/time/spans.ts'

/** The lists the lake offers for paging: which columns, in which order, and what they may be filtered by. */
export interface ListTable {
  readonly from: string
  readonly columns: readonly string[]
  /** What the table computes for a column instead of reading it. */
  readonly computed?: Readonly<Record<string, string>>
  /** Unique, and the order of the list. */
  readonly key: readonly KeyColumn[]
  /** The instant that `from` (inclusive) and `to` (exclusive) speak of. */
  readonly time: string | null
  /** The table whose least and greatest `time` stand in its metadata, where the list is a view or large. */
  readonly base?: string
  /** A page of a longer time is looked for in an hour of it first. */
  readonly narrowAboveMs?: number
  /** Columns that may be asked for by value. */
  readonly filters: readonly string[]
  /** What such a column holds. @default text */
  readonly filterTypes?: Readonly<Record<string, FilterType>>
  /** Further instants that may be asked for by `<name>_from` (inclusive) and `<name>_to` (exclusive). */
  readonly ranges?: readonly string[]
}

/** Of `texts`, any of the values is enough. */
export type FilterType = 'text' | 'texts' | 'flag' | 'number'

export interface KeyColumn {
  readonly name: string
  readonly type: 'instant' | 'text' | 'ordinal'
}

const measures = [
  'readings',
  'sensors',
  'vehicles',
  'mean_speed_kmh',
  'space_mean_speed_kmh',
  'mean_occupancy',
  'max_occupancy',
  'mean_wait_s',
  'max_queue_veh',
  'vehicles_car',
  'vehicles_truck',
  'vehicles_motorcycle',
  'vehicles_bus',
  'completeness',
]

const windowed = (...places: string[]): KeyColumn[] => [
  { name: 'window_start', type: 'instant' },
  ...places.map(name => ({ name, type: 'text' as const })),
]

export const districtColumns: readonly string[] = [
  'window_start',
  'district',
  ...measures,
  'free_flow_speed_kmh',
  'speed_index',
  'share_sites_ef',
  'idle_veh_h',
]

export const lists = {
  hourlySummary: {
    from: 'gold.hourly_summary',
    columns: ['window_start', 'district', ...measures],
    key: windowed('district'),
    time: 'window_start',
    base: 'gold.hourly_summary_state',
    narrowAboveMs: 7 * DAY_MS,
    filters: ['district'],
  },
  intersectionMetrics: {
    from: 'gold.intersection_metrics',
    columns: ['window_start', 'intersection_id', 'district', ...measures, 'estimated_delay_grade', 'source'],
    // A sensor that moves to another district leaves two rows for one intersection and window.
    key: windowed('intersection_id', 'district'),
    time: 'window_start',
    base: 'gold.intersection_metrics_state',
    narrowAboveMs: 3 * HOUR_MS,
    filters: ['district', 'intersection_id'],
  },
  districtAnalytics: {
    from: 'gold.district_analytics',
    columns: districtColumns,
    key: windowed('district'),
    time: 'window_start',
    base: 'gold.district_analytics_state',
    narrowAboveMs: 7 * DAY_MS,
    filters: ['district'],
  },
  districtQuarters: {
    from: `(${sqlFile(new URL('district_quarters.fragment.sql', import.meta.url))})`,
    columns: ['window_start', 'district', 'readings', 'vehicles', 'mean_speed_kmh', 'mean_wait_s'],
    key: windowed('district'),
    time: 'window_start',
    base: 'gold.district_analytics_state',
    narrowAboveMs: 31 * DAY_MS,
    filters: ['district'],
  },
  conflicts: {
    from: 'gold.conflicts',
    columns: [
      'kind',
      'id',
      'name',
      'other_kind',
      'other_id',
      'other',
      'starts_at',
      'ends_at',
      'distance_m',
      'is_near',
      'same_road',
      'why',
    ],
    computed: { is_near: 'toBool(is_near)', same_road: 'toBool(same_road)' },
    key: [
      { name: 'starts_at', type: 'instant' },
      ...['kind', 'id', 'other_kind', 'other_id'].map(name => ({ name, type: 'text' as const })),
    ],
    time: 'starts_at',
    ranges: ['ends_at'],
    filters: ['id', 'other_id', 'why'],
  },
  silverReadings: {
    from: 'silver.readings',
    columns: [
      'position',
      'sensor_id',
      'intersection_id',
      'district',
      'measured_at',
      'arrived_at',
      'source',
      'vehicles',
      'speed_kmh',
      'occupancy',
      'vehicles_car',
      'vehicles_truck',
      'vehicles_motorcycle',
      'vehicles_bus',
      'wait_s',
      'queue_veh',
      'signal_state',
      'latitude',
      'longitude',
      'interval_s',
    ],
    key: [
      { name: 'measured_at', type: 'instant' },
      { name: 'sensor_id', type: 'text' },
    ],
    time: 'measured_at',
    base: 'silver.readings',
    narrowAboveMs: HOUR_MS,
    filters: ['district', 'intersection_id', 'sensor_id', 'source'],
  },
  quarantine: {
    from: 'quarantine.lines',
    columns: ['position', 'arrived_at', 'source', 'stream', 'reasons', 'bytes', 'line', 'file'],
    // What is shown of a line is bounded; `bytes` tells its true length.
    computed: { line: 'toValidUTF8(substring(line, 1, 65536))' },
    key: [{ name: 'position', type: 'ordinal' }],
    time: 'arrived_at',
    filters: ['source', 'stream', 'reasons'],
    filterTypes: { reasons: 'texts' },
  },
  intersections: {
    from: 'lake.intersections',
    columns: ['intersection_id', 'name', 'district', 'latitude', 'longitude', 'sensors', 'lanes', 'camera'],
    computed: { camera: 'toBool(camera)' },
    key: [{ name: 'intersection_id', type: 'text' }],
    time: null,
    filters: ['district', 'intersection_id'],
  },
  sensors: {
    from: 'lake.sensors',
    columns: [
      'sensor_id',
      'intersection_id',
      'name',
      'district',
      'latitude',
      'longitude',
      'interval_s',
      'lanes',
      'camera',
      'registered',
      'first_seen',
    ],
    computed: { camera: 'toBool(camera)', registered: 'toBool(registered)' },
    key: [{ name: 'sensor_id', type: 'text' }],
    time: null,
    filters: ['district', 'intersection_id', 'sensor_id'],
  },
} as const satisfies Record<string, ListTable>

export type ListName = keyof typeof lists

/** One of the lists above, or one that is made from a declaration. */
export type List = ListName | ListTable

export function tableOf(list: List): ListTable {
  return typeof list === 'string' ? lists[list] : list
}
