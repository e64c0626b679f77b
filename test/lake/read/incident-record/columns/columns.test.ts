import { describe, expect, it } from 'vitest'
import type { Ask } from '../../../../../src/lake/read/incident-record/ask.ts'
import type { IncidentChoice } from '../../../../../src/lake/read/incident-record/choice.ts'
import { RecordColumns } from '../../../../../src/lake/read/incident-record/columns/index.ts'
import { pick, seededRandom } from '../../../../random.ts'

const DAY_MS = 86_400_000

interface Row {
  readonly startedMs: number
  readonly type: string
  readonly quadrant: string | null
  readonly community: string | null
  readonly title: string | null
  readonly description: string | null
  readonly isRepost: boolean
  readonly repaired: boolean
  readonly longitude: number
  readonly latitude: number
}

function rowsOf(seed: number, count: number): Row[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => ({
    startedMs: Date.UTC(2017, 10, 1) + Math.floor(random() * 100 * 86_400) * 1000,
    type: pick(random, ['two-vehicle', 'stalled', 'other']),
    quadrant: pick(random, ['NE', 'SW', null]),
    community: pick(random, ['BELTLINE', 'SUNRIDGE', null]),
    title: pick(random, ['Deerfoot Trail', 'GLENMORE Trail', null]),
    description: pick(random, ['Two vehicle incident.', 'Stalled vehicle in Deerfoot Trail', null]),
    isRepost: random() < 0.1,
    repaired: random() < 0.2,
    longitude: -114 + random() / 10,
    latitude: 51 + random() / 10,
  }))
}

/** An engine that holds months of rows and counts what is asked of it. */
class Record {
  readonly asked: number[][] = []
  version = 1
  readonly #months = new Map<number, { rows: readonly Row[]; made: string }>()

  put(rows: readonly Row[], made: string): this {
    for (const [month, ofMonth] of Map.groupBy(rows, ({ startedMs }) => monthOf(startedMs)))
      this.#months.set(month, { rows: ofMonth, made })
    return this
  }

  drop(month: number): void {
    this.#months.delete(month)
  }

  get rows(): Row[] {
    return [...this.#months.values()].flatMap(({ rows }) => rows)
  }

  readonly ask: Ask = (sql, params) => {
    if (sql.includes('lake.incident_months'))
      return Promise.resolve(
        [...this.#months].map(([month, { rows, made }]) => ({
          month,
          made,
          incidents: rows.length,
        })) as never,
      )
    const months = params['months'] as number[]
    this.asked.push(months)
    return Promise.resolve(
      months.map(month => {
        const { rows } = this.#months.get(month)!
        const local = rows.map(({ startedMs }) => new Date(startedMs - 7 * 3_600_000))
        return {
          started_month: month,
          started_s: rows.map(({ startedMs }) => startedMs / 1000),
          day: local.map(date => Math.floor(date.getTime() / DAY_MS)),
          weekday: local.map(date => date.getUTCDay() || 7),
          hour: local.map(date => date.getUTCHours()),
          is_report: rows.map(({ isRepost }) => Number(!isRepost)),
          ...{ repaired: rows.map(({ repaired }) => Number(repaired)) },
          ...{ longitude: rows.map(row => row.longitude), latitude: rows.map(row => row.latitude) },
          ...{ type: rows.map(row => row.type), quadrant: rows.map(row => row.quadrant) },
          ...{ community: rows.map(row => row.community), title: rows.map(row => row.title) },
          description: rows.map(row => row.description),
        }
      }) as never,
    )
  }
}

/** By the hour since 1970: every third hour is of rain, every third of snow, and of the others nothing is known. */
const FIRST_HOUR = Date.UTC(2017, 9, 20) / 3_600_000
const codes = Uint8Array.from({ length: 120 * 24 }, (_, i) => [2, 4, 0][i % 3]!)
const weather = () =>
  Promise.resolve({ firstHour: FIRST_HOUR, codes, isOfDay: new Uint8Array(codes.length), digest: '' })
const codeOf = ({ startedMs }: Row) => codes[Math.floor(startedMs / 3_600_000) - FIRST_HOUR]

function monthOf(ms: number): number {
  const date = new Date(ms)
  return date.getUTCFullYear() * 100 + date.getUTCMonth() + 1
}

const dayOf = ({ startedMs }: Row) => new Date(startedMs - 7 * 3_600_000).toISOString().slice(0, 10)

const choices: readonly (readonly [IncidentChoice, (row: Row) => boolean])[] = [
  [{}, () => true],
  [{ from: '2017-12-01' }, row => dayOf(row) >= '2017-12-01'],
  [{ from: '2017-11-20', to: '2017-12-02' }, row => dayOf(row) >= '2017-11-20' && dayOf(row) < '2017-12-02'],
  [{ from: '1960-01-01' }, () => true],
  [{ from: '0001-01-01', to: '1960-01-01' }, () => false],
  [{ types: ['stalled', 'none such'] }, row => row.type === 'stalled'],
  [
    { quadrants: ['NE'], communities: ['BELTLINE'] },
    row => row.quadrant === 'NE' && row.community === 'BELTLINE',
  ],
  [
    { hourFrom: 22, hourTo: 3 },
    row => [22, 23, 0, 1, 2, 3].includes(new Date(row.startedMs - 7 * 3_600_000).getUTCHours()),
  ],
  [{ weekdays: [6, 7] }, row => [0, 6].includes(new Date(row.startedMs - 7 * 3_600_000).getUTCDay())],
  [{ weather: ['snow'] }, row => codeOf(row) === 4],
  [{ weather: ['rain', 'unknown'], weekdays: [] }, row => codeOf(row) !== 4],
  [{ weather: ['fog'] }, () => false],
  [
    { words: 'deerFOOT' },
    row => /deerfoot/i.test(row.title ?? '') || /deerfoot/i.test(row.description ?? ''),
  ],
  [
    { box: [-113.95, 51, -113.9, 51.05] },
    row => row.longitude >= -113.95 && row.longitude <= -113.9 && row.latitude <= 51.05,
  ],
]

describe('the record in memory', () => {
  it('counts by the weather of the hour, that of which nothing is known apart', async () => {
    const record = new Record().put(rowsOf(7, 500), 'a')
    const meant = record.rows.filter(row => !row.isRepost)
    const columns = new RecordColumns({ ask: record.ask, weather, version: () => record.version })
    const counted = (await columns.overview({}))!.weather
    expect(Object.fromEntries(counted.map(({ weather, incidents }) => [weather, incidents]))).toEqual({
      rain: meant.filter(row => codeOf(row) === 2).length,
      snow: meant.filter(row => codeOf(row) === 4).length,
      null: meant.filter(row => codeOf(row) === 0).length,
    })
  })

  it.each(choices)('counts what is chosen: %j', async (choice, isMeant) => {
    const record = new Record().put(rowsOf(1, 2_000), 'a')
    const meant = record.rows.filter(row => !row.isRepost && isMeant(row))
    const columns = new RecordColumns({ ask: record.ask, weather, version: () => record.version })
    const overview = await columns.overview(choice)
    expect(overview?.total).toBe(meant.length)
    expect(overview?.repaired).toBe(meant.filter(({ repaired }) => repaired).length)
    for (const parts of [
      overview!.days,
      overview!.hours,
      overview!.types,
      overview!.quadrants,
      overview!.communities,
      overview!.weather,
    ])
      expect(parts.reduce((sum, { incidents }) => sum + (incidents ?? 0), 0)).toBe(meant.length)
    expect(Object.fromEntries(overview!.types.map(({ type, incidents }) => [type, incidents]))).toEqual(
      Object.fromEntries(
        [...Map.groupBy(meant, ({ type }) => type)].map(([type, some]) => [type, some.length]),
      ),
    )
  })

  it('knows a gap from a day without any of the chosen ones', async () => {
    const quiet = { ...rowsOf(2, 1)[0]!, isRepost: false, type: 'other' }
    const at = (iso: string, type: string) => ({ ...quiet, startedMs: Date.parse(iso), type })
    const record = new Record().put(
      [
        at('2017-12-01T18:00:00Z', 'other'),
        at('2017-12-02T18:00:00Z', 'stalled'),
        at('2017-12-04T18:00:00Z', 'other'),
      ],
      'a',
    )
    const columns = new RecordColumns({ ask: record.ask, weather, version: () => record.version })
    expect(await columns.overview({ types: ['other'] })).toMatchObject({
      ...{
        total: 2,
        first_day: '2017-12-01',
        last_day: '2017-12-04',
        days_with_data: 3,
        days_without_data: 1,
      },
      days: [
        { day: '2017-12-01', incidents: 1 },
        { day: '2017-12-02', incidents: 0 },
        { day: '2017-12-03', incidents: null },
        { day: '2017-12-04', incidents: 1 },
      ],
    })
    expect((await columns.overview({ from: '2018-01-01' }))?.days).toEqual([])
  })

  it.each([1, 10, 300, 100_000])('finds the newest %i', async limit => {
    const record = new Record().put(rowsOf(3, 1_000), 'a')
    const meant = record.rows.filter(row => !row.isRepost && row.quadrant === 'NE')
    const newest = meant.map(({ startedMs }) => startedMs / 1000).sort((a, b) => b - a)
    const columns = new RecordColumns({ ask: record.ask, weather, version: () => record.version })
    const found = await columns.newest({ quadrants: ['NE'] }, limit)
    expect(found?.total).toBe(meant.length)
    expect(found?.hours).toBeNull()
    expect(found?.sinceS).toBe(newest[Math.min(limit, newest.length) - 1])
    expect(meant.filter(({ startedMs }) => startedMs / 1000 >= found!.sinceS).length).toBeGreaterThanOrEqual(
      Math.min(limit, meant.length),
    )
  })

  it('reads anew what was made anew, and nothing else, and forgets what is gone', async () => {
    const record = new Record().put(rowsOf(4, 500), 'a')
    const columns = new RecordColumns({ ask: record.ask, weather, version: () => record.version })
    await Promise.all([columns.overview({}), columns.overview({}), columns.newest({}, 5)])
    const whole = record.asked.flat().length
    expect(whole).toBeGreaterThan(2)
    expect(record.asked.flat().toSorted()).toEqual([...new Set(record.asked.flat())].toSorted())

    record.put([{ ...rowsOf(5, 1)[0]!, startedMs: Date.UTC(2017, 11, 5), isRepost: false }], 'b')
    expect((await columns.overview({}))?.total).not.toBe(
      record.rows.filter(({ isRepost }) => !isRepost).length,
    )
    record.version++
    expect((await columns.overview({}))?.total).toBe(record.rows.filter(({ isRepost }) => !isRepost).length)
    expect(record.asked.flat().slice(whole)).toEqual([201712])

    record.drop(201711)
    record.version++
    expect((await columns.overview({}))?.total).toBe(record.rows.filter(({ isRepost }) => !isRepost).length)
  })

  it('holds no record that is too large', async () => {
    const record = new Record().put(rowsOf(6, 50), 'a')
    const columns = new RecordColumns({
      ask: record.ask,
      weather,
      version: () => record.version,
      mostRows: 49,
    })
    expect(await columns.overview({})).toBeNull()
    expect(record.asked).toEqual([])
  })
})
