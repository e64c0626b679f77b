import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareRecord } from '../../src/insight/incidents/derive/compare.ts'
import { IncidentDeriver } from '../../src/insight/incidents/derive/deriver.ts'
import { recordOutcome } from '../../src/insight/incidents/derive/outcome.ts'
import type { IncidentRules } from '../../src/insight/incidents/derive/rules.ts'
import { streams } from '../../src/streams/index.ts'
import { pick, seededRandom } from '../random.ts'
import { Lake, remove } from './lake.ts'

const NOW = Date.parse('2018-03-02T12:00:00Z')
const random = seededRandom(5)
const known = { list: streams, url: new URL('../../src/streams/index.ts', import.meta.url).href }
const madeOf = streams.filter(({ name }) => name === 'incidents' || name === 'incident-link-decisions')

const NO_WORDS = { road: null, crossStreet: null, otherCrossStreet: null, direction: null, quadrant: null }
const rules = (fingerprint: string): IncidentRules => ({
  fingerprint,
  words: (_title, description) => ({
    ...NO_WORDS,
    type: description?.startsWith('Two') === true ? 'two-vehicle' : 'other',
    ...{ lanes: ['left'], lanesBlocked: null, isReopened: false },
  }),
  place: () => ({
    ...{ communityCode: 'BLN', community: fingerprint, quadrant: 'NE' },
    ...{ signal: null, signalDistanceM: null },
  }),
})

/** A row of an export, in one of three months, at one of few places and seconds. */
function row(over: object = {}) {
  const id = pick(random, ['a', 'b', 'c', 'd', 'e', 'f', 'g', null])
  const month = pick(random, ['2017-11', '2017-12', '2018-01'])
  const second = pick(random, ['00', '01'])
  const latitude = 51.05 + pick(random, [0, 0.0001, 0.02])
  const startedAt = `${month}-02T08:00:${second}Z`
  return {
    incident_id: id === null ? `noid/${startedAt}/${latitude.toFixed(5)},-114.07000` : `${month}/${id}`,
    ...{ has_source_id: id !== null, updated_at: `2018-02-01T00:0${pick(random, [0, 1, 2])}:00Z` },
    ...{ modified_known: true, started_at: startedAt, utc_offset_min: -420, latitude, longitude: -114.07 },
    title: pick(random, ['Deerfoot Trail', 'Glenmore Trail']),
    description: pick(random, ['Two vehicle incident.', 'Stalled vehicle.', null]),
    quadrant: pick(random, ['NE', null]),
    ...{ repaired: false, withdrawn: random() < 0.03 },
    ...over,
  }
}
const rows = Array.from({ length: 300 }, () => row())
const decisions = [{ incident_id: '2017-11/a', other_id: '2017-11/b' }]

class Town {
  readonly lake: Lake
  readonly problems: (string | null)[] = []
  deriver!: IncidentDeriver

  constructor(folder: string) {
    this.lake = new Lake(folder)
    this.lake.streams = known
  }

  derive(fingerprint = 'v1'): void {
    const { lake } = this
    this.deriver = new IncidentDeriver({
      engine: lake.engine,
      rules: rules(fingerprint),
      standing: () => {
        const ledger = lake.loader.lastLedger
        const count = madeOf.reduce((sum, stream) => sum + (ledger?.streamCount(stream).rows ?? 0), 0)
        const { visible, changes } = lake.loader
        return { visible, inserted: ledger?.position ?? 0, rows: count, changes }
      },
      onProblem: message => this.problems.push(message),
    })
    this.deriver.start()
  }

  async send(kind: string, records: readonly object[]): Promise<number> {
    const lines = Buffer.from(records.map(one => `${JSON.stringify(one)}\n`).join(''))
    const frame = { kind, source: 'test', arrivedAtMs: NOW, intervalS: null, lines, count: records.length }
    return (await this.lake.log.append(frame)).position
  }

  async level(): Promise<void> {
    await this.lake.level()
    while (this.deriver.made < this.lake.log.synced) await sleep(20)
  }

  /** All that people read, as it is told. */
  async told(): Promise<Tables> {
    const tables = [
      'silver.incidents',
      'silver.incident_links',
      'silver.incident_history',
      'gold.incident_daily',
    ]
    const found: Tables = {}
    for (const table of tables) found[table] = await this.lake.query(`SELECT * FROM ${table} ORDER BY ALL`)
    return found
  }

  compare(fingerprint = 'v1') {
    return this.deriver.between(() =>
      compareRecord({
        ...{ engine: this.lake.engine, rules: rules(fingerprint), upto: this.lake.loader.visible },
        signal: new AbortController().signal,
      }),
    )
  }

  async book(): Promise<{ month: number; upto: number }[]> {
    return this.lake.query(
      'SELECT started_month AS month, toInt64(upto) AS upto FROM lake.incident_months ORDER BY month',
    )
  }
}
type Tables = Record<string, Record<string, unknown>[]>

const records: { readonly record: Town; readonly folder: string }[] = []
async function opened(): Promise<Town> {
  const folder = await mkdtemp(join(tmpdir(), 'arterial-record-'))
  const record = new Town(folder)
  records.push({ record, folder })
  await record.lake.start()
  record.derive()
  return record
}

let record: Town
let expected: Tables

beforeAll(async () => {
  record = await opened()
  await record.send('incident-link-decisions', decisions)
  await record.send('incidents', rows)
  await record.level()
  expected = await record.told()
})

afterAll(async () => {
  for (const { record: one, folder } of records) {
    await one.deriver.stop()
    await one.lake.stop()
    await remove(folder)
  }
})

describe('the incident record', () => {
  it('has a row for each incident, and its links, history and days add up', async () => {
    const incidents = expected['silver.incidents'] ?? []
    expect(new Set(incidents.map(one => one['incident_id'])).size).toBe(incidents.length)
    const history = expected['silver.incident_history'] ?? []
    expect(history).toHaveLength(await record.lake.count('silver.incident_versions'))
    const reposts = incidents.filter(one => one['is_repost'] === true)
    const links = expected['silver.incident_links'] ?? []
    expect(links.filter(one => one['kind'] !== 'same report' && one['undone'] === false)).toHaveLength(
      reposts.length,
    )
    const joined = incidents.reduce((sum, one) => sum + (one['reported_as'] as string[]).length - 1, 0)
    expect(links.filter(one => one['kind'] === 'same report')).toHaveLength(joined)
    const days = expected['gold.incident_daily'] ?? []
    const counted = incidents.filter(one => one['is_repost'] === false && one['withdrawn'] === false)
    expect(days.reduce((sum, one) => sum + Number(one['incidents']), 0)).toBe(counted.length)
    expect(incidents[0]).toMatchObject({ community: 'v1', local_hour: 1, weekday: 4, year: 2017, month: 11 })
  })

  it('is the same from the same rows in another order, with repeats, kills of the engine and of the maker', async () => {
    const other = await opened()
    const shuffled = [...rows, ...rows].map(one => ({ one, at: random() })).sort((a, b) => a.at - b.at)
    for (let i = 0; i < shuffled.length; i += 60) {
      await other.send(
        'incidents',
        shuffled.slice(i, i + 60).map(({ one }) => one),
      )
      if (i === 120) await other.send('incident-link-decisions', decisions)
      if (i % 180 === 0) await other.lake.killEngine()
      else await sleep(random() * 400)
      if (i % 240 === 0) {
        await other.deriver.stop()
        other.derive()
      }
    }
    await other.level()
    expect(await other.told()).toEqual(expected)
    expect(await other.compare()).toEqual([])
  })

  it('tells what became of rows, each of them once', async () => {
    const fresh = {
      incident_id: '2018-01/new',
      updated_at: '2018-02-01T00:00:00Z',
      started_at: '2018-01-09T08:00:00Z',
    }
    const more = [
      row({ ...fresh, has_source_id: true, withdrawn: false }),
      row({ ...fresh, has_source_id: true, updated_at: '2018-02-01T00:09:00Z', withdrawn: false }),
      ...rows.slice(0, 5),
      { refused: ['outside_city'], row: 9, original: 'as it stood' },
    ]
    const at = await record.send('incidents', more)
    await record.level()
    const { engine } = record.lake
    expect(await recordOutcome(engine, [[at, more.length]])).toMatchObject({
      new: 1,
      updated: 1,
      same: 0,
      linked: 0,
    })
    const [all] = await record.lake.query<{ n: number }>('SELECT toInt64(count()) AS n FROM silver.incidents')
    const outcome = await recordOutcome(engine, [[0, at + more.length]])
    expect(outcome.new).toBe(all?.n)
    const versions = await record.lake.count('silver.incident_versions')
    expect(outcome.new + outcome.updated + outcome.same).toBe(versions)
  })

  it('makes only the months anew that are touched, also that from which a report goes', async () => {
    const before = new Map((await record.book()).map(({ month, upto }) => [month, upto]))
    const moved = row({
      ...{
        incident_id: '2017-12/a',
        has_source_id: true,
        updated_at: '2018-02-03T00:00:00Z',
        withdrawn: false,
      },
      started_at: '2018-01-20T08:00:00Z',
    })
    await record.send('incidents', [moved])
    await record.level()
    const after = new Map((await record.book()).map(({ month, upto }) => [month, upto]))
    expect([...after.keys()].filter(month => after.get(month) !== before.get(month))).toEqual([
      0, 201712, 201801,
    ])
    const found = await record.lake.query(
      "SELECT toYYYYMM(started_at) AS m FROM silver.incidents WHERE incident_id = '2017-12/a'",
    )
    expect(found).toEqual([{ m: 201801 }])
    expect(await record.compare()).toEqual([])
  })

  it('undoes a link that an operator undoes, tells so, and links again when that is withdrawn', async () => {
    const [link] = await record.lake.query<{ id: string; to: string }>(
      "SELECT incident_id AS id, linked_to AS to FROM silver.incident_links WHERE kind != 'same report' AND NOT undone ORDER BY id LIMIT 1",
    )
    const pair = { incident_id: link!.id, other_id: link!.to }
    const linked = () =>
      record.lake.query(
        `SELECT undone FROM silver.incident_links WHERE (incident_id = '${pair.incident_id}' AND linked_to = '${pair.other_id}')
         OR (incident_id = '${pair.other_id}' AND linked_to = '${pair.incident_id}')`,
      )
    await record.send('incident-link-decisions', [pair])
    await record.level()
    expect(await linked()).toEqual([{ undone: true }])
    await record.send('incident-link-decisions', [{ ...pair, withdrawn: true }])
    await record.level()
    expect(await linked()).toEqual([{ undone: false }])
  })

  it('is mended at a start where rows are gone, and made anew by other rules', async () => {
    const whole = await record.told()
    await record.deriver.stop()
    await record.lake.exec("ALTER TABLE silver.incident_links DROP PARTITION '201711'")
    await record.lake.exec("ALTER TABLE lake.incident_months DROP PARTITION '201801'")
    record.derive()
    await record.level()
    expect(await record.told()).toEqual(whole)
    await record.deriver.stop()
    record.derive('v2')
    await record.level()
    expect(await record.lake.count('silver.incidents', "community = 'v2'")).toBe(
      whole['silver.incidents']?.length,
    )
    expect(await record.compare('v2')).toEqual([])
  })

  it('is made anew where parts of it were taken out while it is kept', async () => {
    const { lake } = record
    const whole = await record.told()
    const parts = await lake.query<{ table: string; part: string }>(
      `SELECT concat(p.database, '.', p.table) AS table, p.name AS part FROM system.parts AS p
       WHERE p.active AND p.table IN ('incidents', 'incident_history', 'incident_daily_state')`,
    )
    expect(parts.length).toBeGreaterThan(3)
    await lake.loader.mendParts(parts.map(part => ({ ...part, reason: 'a test' })))
    await record.level()
    expect(await record.told()).toEqual(whole)
  })

  it('differs from itself when a row is changed, and that is found', async () => {
    await record.lake.exec(
      "ALTER TABLE silver.incidents UPDATE type = 'x' WHERE started_at < '2017-12-01' SETTINGS mutations_sync = 2",
    )
    expect(await record.compare('v2')).toMatchObject([
      {
        stream: 'incidents',
        what: expect.stringContaining('silver.incidents of the month 201711') as string,
      },
    ])
    expect(record.problems.filter(message => message !== null)).toEqual([])
  })
})
