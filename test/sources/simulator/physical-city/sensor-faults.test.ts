import { expect, it } from 'vitest'
import { WireReading } from '../../../../src/core/schema/reading.ts'
import { buildCity, physicalRun } from '../../../../src/sources/simulator/index.ts'
import { config, offset } from '../fixture.ts'

interface Fault {
  readonly kind: string
  readonly sensor_id: string
  readonly fault: string
  readonly from: string
  readonly to: string
}

function run(faultChance: number, truthIntervalS = 300) {
  const city = buildCity({ ...config, gridSize: 6 })
  const span = { fromMs: Date.parse('2026-11-24T10:00:00Z'), toMs: Date.parse('2026-11-24T13:00:00Z') }
  const frames = [...physicalRun({ city, offset, truthIntervalS, faultChance, ...span })]
  const lines = frames.flatMap(({ readings }) => readings.toString().split('\n').filter(Boolean))
  const truth = frames.flatMap(({ truth: text }) => text.split('\n').filter(Boolean))
  expect(frames.reduce((sum, { readingCount }) => sum + readingCount, 0)).toBe(lines.length)
  expect(frames.reduce((sum, { truthCount }) => sum + truthCount, 0)).toBe(truth.length)
  return {
    lines,
    faults: truth.map(line => JSON.parse(line) as Fault).filter(({ kind }) => kind === 'sensor_fault'),
  }
}

const well = run(0)
const failing = run(1)
const keyOf = (line: string) =>
  /"sensor_id":"([^"]+)".*?"timestamp":"([^"]+)"/.exec(line)?.slice(1).join(' ') ?? ''
const truly = new Map(well.lines.map(line => [keyOf(line), line]))

/** The lines that the faults of a kind explain, as `sensor time`. */
function under(kind: string): Set<string> {
  const of = failing.faults.filter(({ fault }) => fault === kind)
  return new Set(
    [...truly.keys()].filter(key => {
      const [sensor = '', time = ''] = key.split(' ')
      return of.some(({ sensor_id, from, to }) => sensor_id === sensor && from <= time && time < to)
    }),
  )
}
const said = Map.groupBy(failing.lines, keyOf)

it('without faults nothing is told of any; with them every kind occurs, and is told once', () => {
  expect(well.faults).toEqual([])
  expect(new Set(failing.faults.map(({ fault }) => fault))).toEqual(
    new Set(['dropout', 'stuck', 'drift', 'impossible', 'repeat', 'late']),
  )
  const keys = failing.faults.map(({ sensor_id, from }) => `${sensor_id} ${from}`)
  expect(new Set(keys).size).toBe(keys.length)
})

it('only what the truth names is wrong, and the city drives on as it does', () => {
  const named = new Set(
    ['dropout', 'stuck', 'drift', 'impossible', 'repeat'].flatMap(kind => [...under(kind)]),
  )
  expect(named.size).toBeGreaterThan(300)
  for (const [key, line] of truly) if (!named.has(key)) expect(said.get(key)).toEqual([line])
})

it('a dropout is silence, a repeat says each twice, what is impossible breaks a rule', () => {
  for (const key of under('dropout')) expect(said.get(key)).toBeUndefined()
  for (const key of under('repeat')) expect(said.get(key)).toEqual([truly.get(key), truly.get(key)])
  const impossible = [...under('impossible')].flatMap(key => said.get(key) ?? [])
  expect(impossible.length).toBeGreaterThan(0)
  for (const line of impossible) expect(WireReading.safeParse(JSON.parse(line)).success).toBe(false)
})

it('a stuck sensor says the same with new times; a drift counts wrong and adds up', () => {
  const stuck = Map.groupBy(under('stuck'), key => key.split(' ')[0])
  for (const keys of stuck.values()) {
    const values = keys
      .flatMap(key => said.get(key) ?? [])
      .map(line => line.replace(/"timestamp":"[^"]+"/, ''))
    expect(values.length).toBe(keys.length)
    expect(new Set(values).size).toBe(1)
  }
  const drifting = [...under('drift')]
  expect(drifting.some(key => said.get(key)?.[0] !== truly.get(key))).toBe(true)
  for (const key of drifting) {
    const { vehicle_count, vehicle_types } = WireReading.parse(JSON.parse(said.get(key)?.[0] ?? ''))
    expect(Object.values(vehicle_types ?? {}).reduce((sum: number, n) => sum + (n ?? 0), 0)).toBe(
      vehicle_count,
    )
  }
})

it('late lines come behind those of their time, all of them in the end, wherever the truth is cut', () => {
  const late = under('late')
  const at = new Map(failing.lines.map((line, i) => [keyOf(line), i]))
  const times = failing.lines.map(line => keyOf(line).split(' ')[1] ?? '')
  for (const key of late) {
    const i = at.get(key) ?? -1
    expect(i).toBeGreaterThanOrEqual(0)
    expect(times.slice(0, i).some(time => time > (key.split(' ')[1] ?? '')) || i === times.length - 1).toBe(
      true,
    )
  }
  expect(late.size).toBeGreaterThan(0)
  expect(run(1, 611).lines).toEqual(failing.lines)
})
