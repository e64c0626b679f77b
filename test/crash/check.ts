import type { Account } from './account.ts'
import { sql } from './ask.ts'
import type { Expected, Readings } from './reading.ts'
import { streamDigests } from './streams/check.ts'

/** What a comparison of the lake with the harness's own account found. */
export interface Checked {
  readonly acknowledged: number
  readonly rows: number
  readonly lost: number
  readonly doubled: number
  /** In silver, but never sent, or with another content than the first arrival's. */
  readonly wrong: number
  /** Garbage lines and conflicts that were acknowledged and are not where they belong. */
  readonly misplaced: number
  readonly examples: readonly string[]
}

interface SilverRow {
  readonly sensor: string
  readonly ms: string | number
  readonly site: string
  readonly district: string
  readonly vehicles: number | null
  readonly speed: string | number | null
  readonly occupancy: string | number | null
  readonly wait: string | number | null
  readonly queue: number | null
}

const SILVER = `SELECT toString(r.sensor_id) AS sensor, toUnixTimestamp64Milli(r.measured_at) AS ms,
  toString(r.intersection_id) AS site, toString(r.district) AS district, r.vehicles AS vehicles,
  toInt64(toDecimal64(r.speed_kmh, 3) * 1000) AS speed, toInt64(toDecimal64(r.occupancy, 6) * 1000000) AS occupancy,
  toInt64(toDecimal64(r.wait_s, 3) * 1000) AS wait, r.queue_veh AS queue
FROM silver.readings AS r WHERE toStartOfHour(r.measured_at) = toDateTime('@hour', 'UTC')`

/** Compares every row of silver, every garbage line and every conflict with what was sent. */
export async function check(url: string, account: Account, readings: Readings): Promise<Checked> {
  const sent = new Map<string, number>()
  for (const n of [...account.acknowledged, ...account.uncertain]) sent.set(readings.expected(n).key, n)
  const found = new Set<number>()
  const examples: string[] = []
  let rows = 0
  let doubled = 0
  let wrong = 0
  // By hours, because an answer has a bound.
  for (const { hour } of await sql<{ hour: string }>(
    url,
    'SELECT DISTINCT toString(toStartOfHour(r.measured_at)) AS hour FROM silver.readings AS r ORDER BY hour',
  )) {
    for (const row of await sql<SilverRow>(url, SILVER.replace('@hour', hour))) {
      rows++
      const n = sent.get(`${row.sensor} ${row.ms}`)
      if (n === undefined) {
        wrong++
        examples.push(`never sent: ${row.sensor} ${row.ms}`)
        continue
      }
      if (found.has(n)) {
        doubled++
        examples.push(`twice: ${row.sensor} ${row.ms}`)
      }
      found.add(n)
      if (!isAsSent(row, n, account, readings)) {
        wrong++
        examples.push(`other content: ${JSON.stringify(row)} for ${readings.line(n)}`)
      }
    }
  }
  const lost = [...account.acknowledged].filter(n => !found.has(n) && !account.destroyedReadings.has(n))
  examples.push(...lost.map(n => `lost: ${readings.expected(n).key} (reading ${n})`))
  const misplaced = [
    ...(await quarantineFaults(url, account)),
    ...(await conflictFaults(url, account, readings)),
  ]
  examples.push(...misplaced)
  return {
    acknowledged: account.acknowledged.size,
    rows,
    lost: lost.length,
    doubled,
    wrong,
    misplaced: misplaced.length,
    examples: examples.slice(0, 10),
  }
}

export function isGood(checked: Checked): boolean {
  return checked.lost + checked.doubled + checked.wrong + checked.misplaced === 0
}

/** Where the first arrival was destroyed, the next one is the first. */
function isAsSent(row: SilverRow, n: number, account: Account, readings: Readings): boolean {
  const expected = readings.expected(n)
  if (same(row, expected)) return true
  if (!account.destroyedReadings.has(n) || !account.alteredSent.has(n)) return false
  return same(row, { ...expected, vehicles: (expected.vehicles ?? 0) + 1 })
}

function same(row: SilverRow, expected: Expected): boolean {
  const number = (value: string | number | null) => (value === null ? null : Number(value))
  return (
    row.site === expected.site &&
    row.district === expected.district &&
    number(row.vehicles) === expected.vehicles &&
    number(row.speed) === expected.speedMh &&
    number(row.occupancy) === expected.occupancyMillionths &&
    number(row.wait) === expected.waitMs &&
    number(row.queue) === expected.queue
  )
}

/** Every acknowledged garbage line is there, and no line that was not garbage; a position never twice. */
async function quarantineFaults(url: string, account: Account): Promise<string[]> {
  const rows = await sql<{ line: string; positions: string | number; n: string | number }>(
    url,
    `SELECT hex(q.line) AS line, uniqExact(q.position) AS positions, count() AS n FROM quarantine.lines AS q
     WHERE q.stream = 'readings' GROUP BY line`,
  )
  const there = new Set(rows.map(row => row.line.toLowerCase()))
  const text = (hex: string) => JSON.stringify(Buffer.from(hex, 'hex').toString('latin1').slice(0, 120))
  return [
    ...[...account.garbage]
      .filter(line => !there.has(line) && !account.destroyedLines.has(line))
      .map(line => `not in quarantine: ${text(line)}`),
    ...[...there]
      .filter(line => !account.garbageSent.has(line))
      .map(line => `not garbage, but in quarantine: ${text(line)}`),
    ...rows
      .filter(row => Number(row.positions) !== Number(row.n))
      .map(row => `one position twice in quarantine: ${text(row.line)}`),
  ]
}

async function conflictFaults(url: string, account: Account, readings: Readings): Promise<string[]> {
  const rows = await sql<{ key: string; positions: string | number; n: string | number }>(
    url,
    `SELECT concat(toString(c.sensor_id), ' ', toString(toUnixTimestamp64Milli(c.measured_at))) AS key,
       uniqExact(c.position) AS positions, count() AS n FROM silver.conflicts AS c GROUP BY key`,
  )
  const there = new Set(rows.map(row => row.key))
  const sent = new Set([...account.alteredSent].map(n => readings.expected(n).key))
  return [
    ...[...account.altered]
      .filter(n => !account.destroyedReadings.has(n))
      .map(n => readings.expected(n).key)
      .filter(key => !there.has(key))
      .map(key => `conflict not noted: ${key}`),
    ...[...there].filter(key => !sent.has(key)).map(key => `no conflict, but noted as one: ${key}`),
    ...rows
      .filter(row => Number(row.positions) !== Number(row.n))
      .map(row => `a conflict noted twice: ${row.key}`),
  ]
}

/** One number over all that silver, quarantine and the lists hold, to compare before and after. */
export async function digest(url: string): Promise<string> {
  const statements = [
    `SELECT toString(count()) AS n, toString(sum(cityHash64(r.position, r.sensor_id, r.measured_at, r.intersection_id, r.district,
       ifNull(r.vehicles, 999999), toString(r.speed_kmh), toString(r.occupancy), r.interval_s))) AS h FROM silver.readings AS r`,
    'SELECT toString(count()) AS n, toString(sum(cityHash64(q.position, q.stream, q.line, q.reasons))) AS h FROM quarantine.lines AS q',
    'SELECT toString(count()) AS n, toString(sum(cityHash64(c.position, c.sensor_id, c.measured_at))) AS h FROM silver.conflicts AS c',
    'SELECT toString(count()) AS n, toString(sum(cityHash64(d.field, d.first_position, d.last_position))) AS h FROM bronze.schema_drift AS d',
    'SELECT toString(count()) AS n, toString(sum(cityHash64(s.sensor_id, s.intersection_id, s.district, s.interval_s, s.registered))) AS h FROM lake.sensors AS s',
    ...streamDigests,
  ]
  const rows = []
  for (const statement of statements) rows.push(await sql<{ n: string; h: string }>(url, statement))
  return JSON.stringify(rows.flat())
}
