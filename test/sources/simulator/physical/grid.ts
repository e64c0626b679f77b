import { buildCity } from '../../../../src/sources/simulator/city.ts'
import { poissonDemand } from '../../../../src/sources/simulator/physical/vehicles/demand.ts'
import { gridNetwork } from '../../../../src/sources/simulator/physical/network/grid-network.ts'
import { quickestRoutes } from '../../../../src/sources/simulator/physical/vehicles/routes.ts'
import { streetsOf } from '../../../../src/sources/simulator/physical/network/streets.ts'
import type { TrafficEvents } from '../../../../src/sources/simulator/physical/traffic.ts'
import { Traffic } from '../../../../src/sources/simulator/physical/traffic.ts'

/** A day's shape: a low night, two peaks; at most 1. */
export function shapeOfDay(atS: number): number {
  const hour = (atS / 3600) % 24
  const bell = (middle: number, width: number) => Math.max(0, 1 - Math.abs(hour - middle) / width)
  return 0.08 + 0.35 * bell(13, 7) + 0.57 * Math.max(bell(8, 2), bell(17.5, 2.5))
}

/**
 * A city of the grid with trips from every link to every node.
 * @param perHour trips an hour and link at the peak
 */
export function gridTraffic(
  gridSize: number,
  seed: number,
  perHour: number,
  untilS: number,
  events: TrafficEvents = {},
): Traffic {
  const city = buildCity({
    latitude: 51,
    longitude: -114,
    gridSize,
    intervalS: 30,
    weatherIntervalS: 900,
    seed,
    readingsPerMinute: null,
  })
  const network = gridNetwork(city)
  const streets = streetsOf(network)
  const destinations = network.nodes.map((_, destination) => ({ destination, weight: 1 }))
  const demand = poissonDemand({
    seed,
    flows: network.links.flatMap(({ to }, link) =>
      // Nobody begins where the only way is out.
      to >= city.sites.length
        ? []
        : [
            {
              link,
              mostPerHour: perHour,
              perHour: (t: number) => (t < untilS ? perHour * shapeOfDay(t) : 0),
              destinations,
            },
          ],
    ),
    classes: { truck: 0.06, motorcycle: 0.01, bus: 0.02 },
    variants: 3,
  })
  return new Traffic({ streets, routes: quickestRoutes(streets, seed), demand, events })
}
