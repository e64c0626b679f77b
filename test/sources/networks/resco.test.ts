import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Network } from '../../../src/core/traffic/network.ts'
import { networkFile, readNetwork } from '../../../src/sources/networks/index.ts'
import { streetsOf } from '../../../src/sources/simulator/physical/network/streets.ts'
import { Traffic } from '../../../src/sources/simulator/physical/traffic.ts'
import { poissonDemand } from '../../../src/sources/simulator/physical/vehicles/demand.ts'
import { quickestRoutes } from '../../../src/sources/simulator/physical/vehicles/routes.ts'

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

/** Trips from where streets enter to where they leave, and to where a way leads. */
function hourOn(network: Network) {
  const streets = streetsOf(network)
  const routes = quickestRoutes(streets, 1)
  const entered = new Set(network.movements.map(({ to }) => to))
  const left = new Set(network.movements.map(({ from }) => from))
  const exits = [...new Set(network.links.flatMap(({ to }, link) => (left.has(link) ? [] : [to])))]
  const entrances = network.links.flatMap((_, link) => (entered.has(link) ? [] : [link]))
  const flows = entrances.map(link => ({
    link,
    mostPerHour: 250,
    perHour: (atS: number) => (atS < 3600 ? 250 : 0),
    destinations: exits
      .filter(destination => routes.next(link, destination, 0) >= 0)
      .map(destination => ({ destination, weight: 1 })),
  }))
  const [started, ended] = [new Set<number>(), new Set<number>()]
  let passed = 0
  const traffic = new Traffic({
    streets,
    routes,
    demand: poissonDemand({
      seed: 1,
      flows,
      classes: { truck: 0.06, motorcycle: 0.01, bus: 0.02 },
      variants: 3,
    }),
    events: {
      onStart: ({ id }) => void started.add(id),
      onEnd: ({ id }) => void ended.add(id),
      onCrossing: () => passed++,
    },
  })
  for (let atS = 300; atS <= 3600; atS += 300) {
    traffic.run(atS)
    expect(traffic.vehicles.started).toBe(ended.size + traffic.onTheWay + traffic.wanting)
  }
  traffic.run(4 * 3600)
  expect({ wanting: traffic.wanting, onTheWay: traffic.onTheWay }).toEqual({ wanting: 0, onTheWay: 0 })
  return { started, ended, passed }
}
