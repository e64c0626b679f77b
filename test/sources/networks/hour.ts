import { expect } from 'vitest'
import type { Network } from '../../../src/core/traffic/network.ts'
import { streetsOf } from '../../../src/sources/simulator/physical/network/streets.ts'
import { Traffic } from '../../../src/sources/simulator/physical/traffic.ts'
import { poissonDemand } from '../../../src/sources/simulator/physical/vehicles/demand.ts'
import { quickestRoutes } from '../../../src/sources/simulator/physical/vehicles/routes.ts'

/** An hour of trips from where streets enter to where they leave, counted by id, and the time until all have arrived. */
export function hourOn(network: Network) {
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
