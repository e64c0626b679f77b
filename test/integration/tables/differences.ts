import { isDeepStrictEqual } from 'node:util'
import type { Lake } from '../lake.ts'
import { readByOthers } from './readers.ts'
import type { TablesPlace } from './readers.ts'

const COMPARED = [
  ['silver.readings', 'silver/readings', ['position']],
  ['silver.air', 'silver/air', ['position']],
  ['silver.kiosks_versions', 'silver/kiosks_versions', ['position']],
  ['quarantine.lines', 'quarantine/lines', ['position']],
  ['bronze.lines', 'bronze/lines', ['position']],
  ['gold.hourly_summary', 'gold/hourly_summary', ['window_start', 'district']],
  ['gold.intersection_metrics', 'gold/intersection_metrics', ['window_start', 'intersection_id', 'district']],
  ['lake.sensors', 'silver/sensors', ['sensor_id']],
] as const

/**
 * Every row of these tables as delta-rs reads it, against the engine's own: in words what differs, one a table.
 * @param isAsked by path. @default all
 */
export async function differencesToLake(
  lake: Pick<Lake, 'query'>,
  place: TablesPlace,
  isAsked: (path: string) => boolean = () => true,
): Promise<string[]> {
  const compared = COMPARED.filter(([, path]) => isAsked(path))
  const differences: string[] = []
  const read = readByOthers(
    place,
    compared.map(([, path, order]) => [path, order]),
  )
  for (const [i, [from, path, order]] of compared.entries()) {
    const there = read[i] ?? []
    if (there.length === 0) differences.push(`${path} is empty`)
    const names = Object.keys(there[0] ?? {}).filter(name => !/^utc_|_base64$/.test(name))
    const asText = names.map(name => `toValidUTF8(toString(${name})) AS ${name}`)
    const own = await lake.query<Record<string, unknown>>(
      `SELECT ${asText.join(', ')} FROM (SELECT * FROM ${from})`,
    )
    const asPlain = (rows: readonly Record<string, unknown>[]) =>
      rows
        .map(row => Object.fromEntries(names.map(name => [name, plain(row[name])])))
        .sort((one, other) => (keyOf(one, order) < keyOf(other, order) ? -1 : 1))
    const [published, wanted] = [asPlain(there), asPlain(own)]
    const differing = wanted.findIndex((row, at) => !isDeepStrictEqual(row, published[at]))
    if (published.length !== wanted.length || differing >= 0)
      differences.push(
        `${path}: ${published.length} rows of ${wanted.length}; first ${JSON.stringify(published[differing])} for ${JSON.stringify(wanted[differing])}`,
      )
  }
  return differences
}

const keyOf = (row: Readonly<Record<string, unknown>>, order: readonly string[]) =>
  order.map(name => String(row[name]).padStart(24, '0')).join()

/** Numbers as numbers, however they are written; instants without zeros at their end. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return JSON.stringify(value).replaceAll('"', "'")
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+$/.test(text)) return text.replace(/\.?0+$/, '')
  const number = Number(text)
  return text !== '' && Number.isFinite(number) ? number : text
}
