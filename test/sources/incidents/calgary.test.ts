import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { distanceM } from '../../../src/core/geo/metres.ts'
import type { IncidentRecord, IncidentRow } from '../../../src/sources/incidents/index.ts'
import { nearCity } from '../../../src/sources/places/index.ts'
import { rowsOf } from './rows.ts'

const folder = join(import.meta.dirname, '../../../../shared/data/calgary')
const present = existsSync(folder)
const read = (name: string) => readFileSync(join(folder, name))

const records = (rows: readonly IncidentRow[]) => rows.flatMap(row => ('record' in row ? [row.record] : []))

interface Loaded {
  readonly big: readonly IncidentRow[]
  readonly archives: readonly IncidentRow[]
}
let loading: Promise<Loaded> | undefined
/** Read once, by the test that comes first. */
const loaded = () => (loading ??= load())

async function load(): Promise<Loaded> {
  const isNearCity = nearCity(read('city_boundary.csv').toString())
  const rows = (name: string) => rowsOf(read(name), { isNearCity })
  const archives = ['incidents_2017-02_2018-01_archive.csv', 'incidents_2016-12_archive.csv']
  return {
    big: await rows('incidents_2016-12_2019-10.csv'),
    archives: (await Promise.all(archives.map(rows))).flat(),
  }
}

describe.skipIf(!present)('the real record (needs Calgary in ../shared/data beside the checkout)', () => {
  it('gives every row one fate, and rejects the two at the equator only', async () => {
    const { big, archives } = await loaded()
    expect([big.length, archives.length]).toEqual([15_235, 5725 + 317])
    const rejects = [...big, ...archives].flatMap(row => ('reject' in row ? [row.reject] : []))
    expect(rejects.map(({ reason, says }) => [reason, says.slice(0, 15)])).toEqual(
      Array(2).fill(['outside_city', 'latitude 0.0051']),
    )
  })

  it('repairs 4,820 rows, all with ids in ISO form, and none of the archives', async () => {
    const { big, archives } = await loaded()
    const repaired = records(big).filter(record => record.repaired)
    expect(repaired).toHaveLength(4820)
    expect(repaired.every(({ incident_id: id }) => id[4] === '-')).toBe(true)
    expect(repaired.every(({ original_started_at: original }) => original !== null)).toBe(true)
    expect(records(archives).some(record => record.repaired)).toBe(false)
    // Right ones stand beside them: it is not the month that tells.
    const summer2019 = records(big).filter(
      ({ incident_id: id, started_at: at }) => id[4] === '-' && at > '2019-05' && at < '2019-11',
    )
    expect(summer2019.length).toBeGreaterThan(800)
    expect(summer2019.some(record => record.repaired)).toBe(false)
  })

  it('knows what is blank, and both forms of ids', async () => {
    const { big } = await loaded()
    const all = records(big)
    expect(all.filter(record => !record.modified_known)).toHaveLength(1667)
    expect(all.filter(record => record.quadrant === null)).toHaveLength(1669)
    // Two more are rejected.
    expect(all.filter(({ incident_id: id }) => /^\d{14}/.test(id))).toHaveLength(6112)
    expect(all.every(record => record.has_source_id)).toBe(true)
    expect(new Set(all.map(record => record.incident_id)).size).toBe(all.length)
    expect(all.some(({ title, description }) => /&amp;|^\s|\s$|\s\s/.test(`${title}|${description}`))).toBe(
      false,
    )
  })

  it('has the very second of all archived events but one, at the same place', async () => {
    const { big, archives } = await loaded()
    const byStart = Map.groupBy(records(big), record => record.started_at)
    const alone = records(archives).filter(({ started_at: at, latitude, longitude }) => {
      const same = byStart.get(at) ?? []
      return !same.some(one => distanceM(one.latitude, one.longitude, latitude, longitude) <= 15)
    })
    expect(alone.map(record => record.started_at)).toEqual(['2017-11-05T06:14:17Z'])
  })

  it('agrees with the archives to the minute in all matched events but one', async () => {
    const { big, archives } = await loaded()
    const byTitle = Map.groupBy(records(big), record => record.title)
    const differences: { minutes: number; record: IncidentRecord }[] = []
    for (const archived of records(archives)) {
      const startMs = Date.parse(archived.started_at)
      const nearMs = (byTitle.get(archived.title) ?? [])
        .filter(one => distanceM(one.latitude, one.longitude, archived.latitude, archived.longitude) <= 15)
        .map(one => Date.parse(one.started_at) - startMs)
        .filter(ms => Math.abs(ms) <= 3 * 60 * 60_000)
        .sort((a, b) => Math.abs(a) - Math.abs(b))
      if (nearMs[0] === undefined) continue
      differences.push({ minutes: Math.abs(nearMs[0]) / 60_000, record: archived })
    }
    expect(differences).toHaveLength(5967)
    const wrong = differences.filter(({ minutes }) => minutes >= 1)
    expect(wrong.map(({ minutes, record }) => [minutes, record.started_at])).toEqual([
      [60, '2017-11-05T06:14:17Z'],
    ])
  })
})
