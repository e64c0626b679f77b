import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { networkFile, readNetwork } from '../../../src/sources/networks/index.ts'
import { sumoReader } from '../../../src/sources/networks/sumo/read.ts'
import { readXml } from '../../../src/sources/networks/xml.ts'
import { streetsOf } from '../../../src/sources/simulator/physical/network/streets.ts'
import { Signals } from '../../../src/sources/simulator/physical/signals/signals.ts'
import { hourOn } from './hour.ts'

const folder = join(import.meta.dirname, '../../../../shared/data/resco')
const isThere = existsSync(folder)
if (!isThere)
  console.warn(
    `skipped: the RESCO networks are not in ${folder} (github.com/Pi-Star-Lab/RESCO, environments/)`,
  )

const read = (name: string) => readNetwork(networkFile(join(folder, name, `${name}.net.xml`), name))

it.skipIf(!isThere).each([
  // Edges for cars, lanes, signals and dead ends, as counted in the files by hand (grep).
  { name: 'grid4x4', links: 80, lanes: 240, signals: 16, boundaries: 16 },
  { name: 'cologne1', links: 10, lanes: 19, signals: 1, boundaries: 5 },
])('$name is read whole', async ({ name, ...kept }) => {
  const { report } = await read(name)
  expect(report.kept).toMatchObject(kept)
  expect(report.dropped).toEqual([])
})

it.skipIf(!isThere).each(['grid4x4', 'cologne1', 'cologne3', 'ingolstadt1'])(
  'an hour of traffic on %s loses and makes no vehicle, and all arrive after it',
  async name => {
    const { network } = await read(name)
    const { started, ended, passed } = hourOn(network)
    expect(started.size).toBeGreaterThan(500)
    expect([...ended].toSorted((a, b) => a - b)).toEqual([...started].toSorted((a, b) => a - b))
    expect(passed).toBeGreaterThan(started.size)
  },
)

it.skipIf(!isThere).each(['grid4x4', 'cologne1', 'cologne3', 'ingolstadt1'])(
  'the signals of %s show at every second of two cycles what SUMO’s states say',
  async name => {
    const { network } = await read(name)
    const path = join(folder, name, `${name}.net.xml`)
    const reader = sumoReader(name)
    await readXml(name, createReadStream(path) as AsyncIterable<Uint8Array>, reader)
    const signals = new Signals(network.movements, streetsOf(network).nodeOfMovement, network.signals)
    const different: string[] = []
    let compared = 0
    network.movements.forEach(({ from, to }, movement) => {
      const [fromId, toId] = [network.links[from]?.id, network.links[to]?.id]
      const of = reader.result.connections.filter(one => one.from === fromId && one.to === toId)
      const phases = reader.result.programs.get(of[0]?.tl ?? '')?.at(-1)?.phases ?? []
      let atS = 0
      for (const { durationS, state } of [...phases, ...phases]) {
        const shown = of.map(({ linkIndex }) => state[linkIndex] ?? '?').join('')
        const expected = /g/i.test(shown) ? 'green' : /y/i.test(shown) ? 'yellow' : 'red'
        for (let t = 0.5; t < durationS; t++) {
          compared++
          const colour = signals.colourAt(movement, atS + t)
          if (colour !== expected)
            different.push(`${fromId} > ${toId} at ${atS + t}: ${colour}, not ${expected}`)
        }
        atS += durationS
      }
    })
    expect(different).toEqual([])
    expect(compared).toBeGreaterThan(1000)
  },
)
