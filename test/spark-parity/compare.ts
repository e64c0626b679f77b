import { join } from 'node:path'
import { TOPICS } from './city.ts'
import type { City } from './city.ts'
import { SparkRun } from './spark-job.ts'

interface Compared {
  readonly name: string
  readonly columns: number
  readonly left_out: readonly string[]
  readonly arterial: number
  readonly spark: number
  readonly only_arterial: number
  readonly only_spark: number
  readonly examples: readonly unknown[]
}

/** A table of both, and what differs; null: nothing. */
export interface Verdict {
  readonly told: string
  readonly fault: string | null
}

/** What is compared: the table that Arterial publishes, and Spark's. */
const PAIRS = [
  ['silver/readings'],
  ['silver/weather'],
  ['silver/conflicts', { spark: 'conflicts/readings' }],
  ...TOPICS.map(({ stream }) => [
    'quarantine/lines',
    { spark: `quarantine/${stream}`, where: `stream = '${stream}'` },
  ]),
  ...['intersection_metrics', 'district_analytics', 'hourly_summary'].map(name => [`gold/${name}`]),
  ['gold/weather_hourly', { renamed: { seen_latitude: 'latitude', seen_longitude: 'longitude' } }],
] as readonly (readonly [string, { readonly spark?: string }?])[]

/** What Arterial has to publish for it. */
export const PUBLISHED = [...new Set(PAIRS.map(([path]) => path))]
export const TABLES = PAIRS.length

/** Row by row, every column that both have, but where a record stands and when it arrived. */
export async function compare(city: City): Promise<Verdict[]> {
  const pairs = PAIRS.map(([path, { spark = path, ...more } = {}]) => ({
    ...{ name: spark, arterial: join(city.tables, path), spark: join(city.sparkTables, spark) },
    ...more,
  }))
  const script = join(import.meta.dirname, 'compare.py')
  const { code, stdout, stderr } = await new SparkRun(script, [JSON.stringify(pairs)], city.folder).ended
  if (code !== 0) throw new Error(`the comparison ended with ${String(code)}: ${stdout}${stderr}`)
  return stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => verdict(JSON.parse(line) as Compared))
}

function verdict({
  name,
  columns,
  left_out,
  only_arterial,
  only_spark,
  examples,
  ...rows
}: Compared): Verdict {
  const without = left_out.length === 0 ? '' : `, without ${left_out.join(', ')}`
  const told = `${name}: ${rows.arterial} rows, ${columns} columns${without}`
  // Without a row nothing was compared.
  if (rows.arterial === 0) return { told, fault: 'Arterial has no row' }
  if (only_arterial + only_spark === 0) return { told, fault: null }
  return {
    told,
    fault: `Spark has ${rows.spark}; ${only_arterial} only Arterial, ${only_spark} only Spark has: ${JSON.stringify(examples)}`,
  }
}
