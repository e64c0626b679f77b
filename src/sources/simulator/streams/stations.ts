import type { City, Site } from '../city.ts'
import { DISTRICTS } from '../city.ts'
import { uniform } from '../random.ts'

const STREAM = 0x57a7
/** From so many streets on a city has three stations. */
const LARGE_GRID = 5

export interface Station {
  readonly id: string
  readonly name: string
  readonly latitude: number
  readonly longitude: number
  readonly elevationM: number
}

/** The city's weather stations: in the middle, in the north-west and in the south-east. */
export function stationsOf(city: City): Station[] {
  const { gridSize, sites } = city
  const quarter = Math.floor(gridSize / 5)
  const middle = Math.floor(gridSize / 2)
  const places =
    gridSize < LARGE_GRID
      ? [[middle, middle] as const]
      : [
          [middle, middle] as const,
          [quarter, quarter] as const,
          [gridSize - 1 - quarter, gridSize - 1 - quarter] as const,
        ]
  return places.map(([row, column], i) => {
    const site = sites[row * gridSize + column] as Site
    return {
      id: `WX-${String(i + 1).padStart(2, '0')}`,
      name: `Weather station ${DISTRICTS[site.district] ?? ''}, ${site.name}`,
      latitude: site.latitude,
      longitude: site.longitude,
      elevationM: Math.round(15 + 60 * uniform(city.config.seed + STREAM, i, 1)),
    }
  })
}
