/** How the sums of several rows become one. */
type Combine = 'sum' | 'max'

const SUMS: readonly (readonly [name: string, combine: Combine, type: string])[] = [
  ['vehicles', 'sum', 'UInt64'],
  ['vehicles_n', 'sum', 'UInt64'],
  ['speed_weight', 'sum', 'UInt64'],
  ['speed_sum', 'sum', 'UInt64'],
  ['pace_sum', 'sum', 'UInt128'],
  ['occupancy_sum', 'sum', 'UInt64'],
  ['occupancy_n', 'sum', 'UInt64'],
  ['occupancy_max', 'max', 'UInt32'],
  ['wait_sum', 'sum', 'UInt64'],
  ['wait_n', 'sum', 'UInt64'],
  ['queue_max', 'max', 'UInt16'],
  ['queue_n', 'sum', 'UInt64'],
  ['idle_sum', 'sum', 'UInt64'],
  ['car_sum', 'sum', 'UInt64'],
  ['car_n', 'sum', 'UInt64'],
  ['truck_sum', 'sum', 'UInt64'],
  ['truck_n', 'sum', 'UInt64'],
  ['motorcycle_sum', 'sum', 'UInt64'],
  ['motorcycle_n', 'sum', 'UInt64'],
  ['bus_sum', 'sum', 'UInt64'],
  ['bus_n', 'sum', 'UInt64'],
]
const SENSORS = 'AggregateFunction(uniqExact, LowCardinality(String))'

/** What every state table of gold has beside its key, in the order of its columns: name and type. */
export const STATE_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['readings', 'SimpleAggregateFunction(sum, UInt64)'],
  ['sensors', SENSORS],
  ...SUMS.map(([name, combine, type]) => [name, `SimpleAggregateFunction(${combine}, ${type})`] as const),
  ['last_night', 'SimpleAggregateFunction(max, Date)'],
  ['position', 'SimpleAggregateFunction(max, UInt64)'],
]

/** The same of the scratch table, whose rows are added up already; its `last_night` belongs to its key. */
export const DELTA_COLUMNS = [
  'readings UInt64',
  `sensors ${SENSORS}`,
  ...SUMS.map(([name, , type]) => `${name} ${type}`),
  'position UInt64',
].join(', ')

/** Adds rows of the scratch table `d` up to a row of a state table. */
export const STATE_SUMS = [
  'sum(d.readings)',
  'uniqExactMergeState(d.sensors)',
  ...SUMS.map(([name, combine]) => `${combine}(d.${name})`),
  'max(d.last_night)',
  'max(d.position)',
].join(', ')
