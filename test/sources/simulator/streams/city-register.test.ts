import { describe, expect, it } from 'vitest'
import { streams } from '../../../../src/streams/index.ts'
import { buildCity } from '../../../../src/sources/simulator/index.ts'
import { camerasOf } from '../../../../src/sources/simulator/streams/cameras.ts'
import {
  foreignEnds,
  registerLines,
  registersOf,
} from '../../../../src/sources/simulator/streams/city-register.ts'
import type { PresentThing } from '../../../../src/sources/simulator/streams/city-register.ts'
import { stationsOf } from '../../../../src/sources/simulator/streams/stations.ts'
import { config } from '../fixture.ts'
import { faultsOf } from './fields.ts'

const city = buildCity(config)
const cameras = camerasOf(city)
const register = registersOf(stationsOf(city), [], cameras).find(one => one.stream === 'cameras')!
const first = cameras[0]!
const thing = (changed: Partial<PresentThing> = {}): PresentThing => ({
  ours: true,
  withdrawn: false,
  latitude: first.site.latitude,
  longitude: first.site.longitude,
  ...changed,
})
const all = new Map(
  cameras.map(({ id, site }) => [id, thing({ latitude: site.latitude, longitude: site.longitude })]),
)
const lines = (changed: Partial<PresentThing>) =>
  registerLines(register, new Map([...all, [first.id, thing(changed)]]), city)

describe('registerLines', () => {
  it('says everything to an empty lake, and nothing to one that holds it', () => {
    expect(registerLines(register, new Map(), city)).toHaveLength(cameras.length)
    expect(registerLines(register, all, city)).toEqual([])
  })

  it('puts back what it took away itself, and moves what an earlier city had elsewhere', () => {
    expect(lines({ withdrawn: true })).toMatchObject([{ camera_id: first.id }])
    expect(lines({ latitude: 51 })).toMatchObject([{ camera_id: first.id, latitude: first.site.latitude }])
  })

  it('leaves alone what somebody else changed or took away', () => {
    expect(lines({ ours: false, latitude: 51 })).toEqual([])
    expect(lines({ ours: false, withdrawn: true })).toEqual([])
  })

  it('withdraws what this city lacks, but no one else’s', () => {
    const present = new Map([...all, ['CAM-9999', thing()], ['bridge-cam', thing({ ours: false })]])
    const said = registerLines(register, present, city)
    expect(said).toMatchObject([{ camera_id: 'CAM-9999', withdrawn: true }])
    const declared = streams.find(stream => stream.name === 'cameras')!
    expect(faultsOf(declared, said[0] as Record<string, unknown>)).toEqual([])
  })
})

describe('foreignEnds', () => {
  it('ends what an earlier city had announced, and only that', () => {
    const present = new Map([
      ['EVENT-2026-06-15-MATCH-0a1b', thing()],
      ['EVENT-2026-06-15-MATCH-ffff', thing()],
      ['EVENT-2026-06-08-MATCH-ffff', thing({ withdrawn: true })],
      ['fair', thing({ ours: false })],
    ])
    for (const stream of ['events', 'work-zones', 'field-devices'] as const) {
      const said = foreignEnds(stream, present, '0a1b', Date.parse('2026-06-16T12:00:00.400Z'))
      expect(said).toMatchObject([{ updated_at: '2026-06-16T12:00:00Z', withdrawn: true }])
      const declared = streams.find(one => one.name === stream)
      if (declared !== undefined) expect(faultsOf(declared, said[0] as Record<string, unknown>)).toEqual([])
    }
  })
})
