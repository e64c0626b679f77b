import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isInArea } from '../../../src/core/geo/polygon.ts'
import { checkedQuadrant, classifyIncident, placeOf } from '../../../src/insight/incidents/index.ts'
import { communitiesOfCsv, signalSitesOfCsv } from '../../../src/sources/places/index.ts'
import { recordsById } from './calgary-records.ts'

const folder = join(import.meta.dirname, '../../../../shared/data/calgary')
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

describe.skipIf(!existsSync(folder))('places of the real record (needs Calgary in ../shared/data)', () => {
  it('are in the 313 communities, all but five, as looking at each one by one says', async () => {
    const communities = communitiesOfCsv(read('communities.csv'))
    const signals = signalSitesOfCsv(read('traffic_signals_2020.csv'), 'America/Edmonton')
    const records = [...(await recordsById(join(folder, 'incidents_2016-12_2019-10.csv'))).values()]
    const inCity = records.filter(({ latitude }) => latitude > 1)
    const find = placeOf({ communities, signals })
    const found = inCity.map(one => find(one.latitude, one.longitude, Date.parse(one.started_at)))

    expect(communities).toHaveLength(313)
    expect(found.filter(({ community }) => community === null)).toHaveLength(5)
    // One by one takes long; every twentieth will do.
    inCity.forEach(({ longitude, latitude }, i) => {
      if (i % 20 !== 0) return
      const first = communities.find(({ area }) => isInArea(area, longitude, latitude))
      expect(found[i]?.communityCode).toBe(first?.code ?? null)
    })

    // Of 1,538 sites 225 came after the record's start, 94 of them signals.
    const startMs = Date.parse('2016-12-06T17:00:00Z')
    const lights = signals.filter(({ isSignal }) => isSignal)
    expect([signals.length, lights.length]).toEqual([1538, 1128])
    expect(signals.filter(({ inServiceFromMs }) => inServiceFromMs! > startMs)).toHaveLength(225)
    const all = placeOf({ communities: [], signals })
    const ever = inCity.map(one => all(one.latitude, one.longitude, Date.parse('2021-01-01')).signal)
    const other = ever.filter((signal, i) => signal !== found[i]?.signal)
    expect(other.length).toBeGreaterThan(100)

    const checked = inCity.map(({ title, quadrant, description }, i) => {
      const text = classifyIncident(title, description).quadrant
      return { said: quadrant, text, place: found[i]?.quadrant ?? null }
    })
    const contradicts = (a: string | null, b: string | null) =>
      checkedQuadrant({ said: a, text: b, place: null }).isContradicted
    const both = checked.filter(({ said, text }) => said !== null && text !== null)
    const share = both.filter(({ said, text }) => contradicts(said, text)).length / both.length
    expect(share).toBeGreaterThan(0.06)
    expect(share).toBeLessThan(0.08)
    const agree = checked.filter(({ text, place }) => !contradicts(text, place)).length
    expect(agree / checked.length).toBeGreaterThan(0.94)
  })
})
