import { sql, status } from '../ask.ts'
import { print } from '../report.ts'
import type { Report } from '../report.ts'
import type { StreamAccount, Version } from './account.ts'
import { KINDS, tableOf, viewOf } from './kinds.ts'
import type { Kind } from './kinds.ts'

const SHOWN_EXAMPLES = 8

interface Row {
  readonly thing: string
  readonly at: string | number
  readonly said: string
  readonly withdrawn: string | number
}

/** What the tables hold of each stream, to compare before and after. */
export const streamDigests: readonly string[] = [
  ...KINDS.map(
    kind =>
      `SELECT toString(count()) AS n, toString(sum(cityHash64(t.position, t.${kind.key}, ${kind.at}, ${kind.says}))) AS h FROM ${tableOf(kind)} AS t`,
  ),
  'SELECT toString(count()) AS n, toString(sum(cityHash64(c.position, c.stream, c.key, c.at))) AS h FROM lake.stream_conflicts AS c',
  'SELECT toString(count()) AS n, toString(sum(cityHash64(g.window_start, g.station_id, g.readings, toString(g.temperature_c)))) AS h FROM gold.weather_hourly AS g',
  'SELECT toString(count()) AS n, toString(sum(cityHash64(g.window_start, g.camera_id, g.readings))) AS h FROM gold.camera_counts AS g',
]

/** Compares every row of every stream, what its view shows, its conflicts and its garbage with what was acknowledged. */
export async function expectStreams(
  url: string,
  accounts: readonly StreamAccount[],
  report: Report,
  where: string,
): Promise<void> {
  for (const account of accounts) {
    const { kind, spoiled } = account
    const rows = await sql<Row>(url, rowsOf(kind))
    const faults = [
      ...rowFaults(account, rows),
      ...(kind.how === 'first' ? [] : viewFaults(account, await sql<Row>(url, shownOf(kind)))),
      ...(await conflictFaults(url, account)),
      ...(await garbageFaults(url, account)),
      ...(spoiled.size > 0 ? [] : await figureFaults(url, account, rows.length)),
    ]
    report.expect(faults.length === 0, `${where}: ${kind.name} has ${faults.length} faults`)
    for (const fault of faults.slice(0, SHOWN_EXAMPLES)) print(`    ${kind.name}: ${fault}`)
  }
}

function rowsOf(kind: Kind): string {
  const withdrawn = kind.how === 'first' ? '0' : 'ifNull(t.withdrawn, false)'
  return `SELECT toString(t.${kind.key}) AS thing, ${kind.at} AS at, ${kind.says} AS said, toUInt8(${withdrawn}) AS withdrawn
    FROM ${tableOf(kind)} AS t ORDER BY t.position`
}

function shownOf(kind: Kind): string {
  return `SELECT toString(t.${kind.key}) AS thing, ${kind.at} AS at, ${kind.says} AS said, 0 AS withdrawn FROM ${viewOf(kind)} AS t`
}

const textOf = ({ atMs, said, withdrawn }: Version) => `${atMs} ${said}${withdrawn ? ' withdrawn' : ''}`
const versionOf = ({ at, said, withdrawn }: Row): Version => ({
  ...{ atMs: Number(at), said },
  withdrawn: Number(withdrawn) === 1,
})

/** Rows of each thing: those of `arrival` in their order, all others whatever theirs. */
function rowFaults({ kind, versions, spoiled }: StreamAccount, rows: readonly Row[]): string[] {
  const found = Map.groupBy(rows, ({ thing }) => thing)
  const faults: string[] = []
  for (const thing of new Set([...versions.keys(), ...found.keys()])) {
    const there = (found.get(thing) ?? []).map(row => textOf(versionOf(row)))
    const wanted = (versions.get(thing) ?? []).map(textOf)
    if (kind.how !== 'arrival' && new Set(there.map(timeOf)).size !== there.length)
      faults.push(`${thing} has two rows of one time`)
    if (spoiled.has(thing)) continue
    if (kind.how === 'arrival') faults.push(...orderFaults(thing, there, wanted))
    else faults.push(...setFaults(thing, new Set(there), new Set(wanted)))
  }
  return faults
}

const timeOf = (text: string) => text.slice(0, text.indexOf(' '))

function orderFaults(thing: string, there: readonly string[], wanted: readonly string[]): string[] {
  const at = Array.from({ length: Math.max(there.length, wanted.length) }, (_, i) => i).find(
    i => there[i] !== wanted[i],
  )
  if (at === undefined) return []
  return [
    `${thing} has ${there.length} versions, not ${wanted.length}; number ${at} is ${there[at] ?? 'not there'}, not ${wanted[at] ?? 'there'}`,
  ]
}

function setFaults(thing: string, there: ReadonlySet<string>, wanted: ReadonlySet<string>): string[] {
  return [
    ...only(wanted, there).map(text => `lost or other: ${thing} ${text}`),
    ...only(there, wanted).map(text => `never so sent: ${thing} ${text}`),
  ]
}

/** The view shows the newest version of each thing that it does not withdraw. */
function viewFaults({ kind, versions, spoiled }: StreamAccount, rows: readonly Row[]): string[] {
  const shown = new Map(rows.map(row => [row.thing, textOf(versionOf(row))]))
  const faults = shown.size === rows.length ? [] : ['a thing is shown twice']
  for (const thing of new Set([...versions.keys(), ...shown.keys()])) {
    if (spoiled.has(thing)) continue
    const all = versions.get(thing) ?? []
    const newest = kind.how === 'arrival' ? all.at(-1) : all.reduce((a, b) => (b.atMs > a.atMs ? b : a))
    const wanted = newest === undefined || newest.withdrawn ? 'nothing' : textOf(newest)
    const found = shown.get(thing) ?? 'nothing'
    if (found !== wanted) faults.push(`${thing} is shown as ${found}, not ${wanted}`)
  }
  return faults
}

async function conflictFaults(url: string, { kind, conflicts, spoiled }: StreamAccount): Promise<string[]> {
  const rows = await sql<{ id: string; positions: string | number; n: string | number }>(
    url,
    `SELECT concat(c.key, '|', toString(toUnixTimestamp64Milli(c.at))) AS id, uniqExact(c.position) AS positions, count() AS n
     FROM lake.stream_conflicts AS c WHERE c.stream = '${kind.name}' GROUP BY id`,
  )
  const isKnown = (id: string) => !spoiled.has(/^[^ |]*/.exec(id)?.[0] ?? '')
  const there = new Set(rows.map(({ id }) => id))
  return [
    ...only(conflicts, there)
      .filter(isKnown)
      .map(id => `conflict not noted: ${id}`),
    ...only(there, conflicts)
      .filter(isKnown)
      .map(id => `no conflict, but noted as one: ${id}`),
    ...rows
      .filter(({ positions, n }) => Number(positions) !== Number(n))
      .map(({ id }) => `a conflict noted twice: ${id}`),
  ]
}

async function garbageFaults(
  url: string,
  { kind, garbage, garbageSent, destroyedLines }: StreamAccount,
): Promise<string[]> {
  const rows = await sql<{ line: string; positions: string | number; n: string | number }>(
    url,
    `SELECT hex(q.line) AS line, uniqExact(q.position) AS positions, count() AS n FROM quarantine.lines AS q
     WHERE q.stream = '${kind.name}' GROUP BY line`,
  )
  const there = new Set(rows.map(({ line }) => line.toLowerCase()))
  const text = (hex: string) => JSON.stringify(Buffer.from(hex, 'hex').toString('latin1').slice(0, 120))
  return [
    ...only(garbage, there)
      .filter(line => !destroyedLines.has(line))
      .map(line => `not in quarantine: ${text(line)}`),
    ...only(there, garbageSent).map(line => `not garbage, but in quarantine: ${text(line)}`),
    ...rows
      .filter(({ positions, n }) => Number(positions) !== Number(n))
      .map(({ line }) => `one position twice in quarantine: ${text(line)}`),
  ]
}

/** What is in `these` and not in `those`. */
function only(these: ReadonlySet<string>, those: ReadonlySet<string>): string[] {
  return [...these].filter(one => !those.has(one))
}

/** The figures of the status are those of the tables. */
async function figureFaults(url: string, { kind, lines }: StreamAccount, rows: number): Promise<string[]> {
  const found = (await status(url)).streams.find(({ name }) => name === kind.name)
  if (found === undefined) return ['is not in the status']
  const faults = found.rows === rows ? [] : [`the status says ${found.rows} rows, there are ${rows}`]
  if (found.records < lines) faults.push(`the status says ${found.records} lines, ${lines} were acknowledged`)
  if (found.records !== found.rows + found.quarantined + found.repeats + found.conflicts)
    faults.push(`the figures of the status do not add up: ${JSON.stringify(found)}`)
  return faults
}
