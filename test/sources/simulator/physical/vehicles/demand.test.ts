import { expect, it } from 'vitest'
import type { PoissonOptions } from '../../../../../src/sources/simulator/physical/vehicles/demand.ts'
import { poissonDemand } from '../../../../../src/sources/simulator/physical/vehicles/demand.ts'

const HOUR_S = 3600

/** Trips of ten hours by origin, destination and time. */
function tripsOf(factor?: PoissonOptions['factor'], mostPerHour = 900): string[] {
  const demand = poissonDemand({
    seed: 5,
    flows: [0, 1].map(link => ({
      ...{ link, mostPerHour },
      perHour: () => 300,
      destinations: [7, 8, 9].map(destination => ({ destination, weight: 1 })),
    })),
    classes: { truck: 0.1, motorcycle: 0, bus: 0 },
    ...(factor === undefined ? {} : { factor }),
  })
  const trips: string[] = []
  for (const origin of [0, 1])
    for (let atS = demand.nextS(origin); atS < 10 * HOUR_S; atS = demand.nextS(origin)) {
      const trip = demand.take(origin)
      if (trip !== null) trips.push(`${origin} ${trip.destination} ${trip.n} ${atS}`)
    }
  return trips
}

const isEvent = (origin: number, destination: number, atS: number) =>
  destination === 8 && origin === 0 && atS >= 2 * HOUR_S && atS < 4 * HOUR_S

/** Two hours of 100 an hour to one of three destinations become 300 an hour: 400 more, with a deviation of the square root. */
it('an event adds trips to its destination at its time, and leaves every other trip as it is', () => {
  const usual = tripsOf()
  const event = tripsOf((origin, destination, atS) => (isEvent(origin, destination, atS) ? 3 : 1))
  const added = event.filter(trip => !usual.includes(trip))
  expect(usual.filter(trip => !event.includes(trip))).toEqual([])
  expect(added.length).toBeGreaterThan(400 - 4 * 20)
  expect(added.length).toBeLessThan(400 + 4 * 20)
  const outside = added.filter(trip => {
    const [origin = 0, destination = 0, , atS = 0] = trip.split(' ').map(Number)
    return !isEvent(origin, destination, atS)
  })
  expect(outside).toEqual([])
})

it('a factor for which the highest rate leaves no room is told, with the remedy', () => {
  expect(() => tripsOf(() => 3, 600)).toThrow(/wants 900 an hour at .* has mostPerHour 600: give it/)
})
