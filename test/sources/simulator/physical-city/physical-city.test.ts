import { expect, it } from 'vitest'
import { buildCity } from '../../../../src/sources/simulator/index.ts'
import { emptyState } from '../../../../src/sources/simulator/model.ts'
import { LineWriter } from '../../../../src/sources/simulator/line-writer.ts'
import { PhysicalCity } from '../../../../src/sources/simulator/physical-city/physical-city.ts'
import { config, offset } from '../fixture.ts'

it('a signal that is dark or flashes shows none of the three: the record has null', () => {
  const city = buildCity({ ...config, gridSize: 2 })
  const physical = new PhysicalCity(city, offset, Date.parse('2026-11-24T12:00:00Z'))
  const writer = new LineWriter(city)
  const seen = (['dark', 'flashing', 'plan'] as const).map(mode => {
    physical.traffic.setSignalMode(0, mode)
    const state = emptyState()
    physical.readSite(0, state)
    const line = Buffer.alloc(writer.maxLineBytes)
    const end = writer.write(line, 0, 0, 0, state)
    return (JSON.parse(line.toString('utf8', 0, end)) as { signal_state: unknown }).signal_state
  })
  expect(seen).toEqual([null, null, expect.stringMatching(/^(red|yellow|green)$/)])
})
