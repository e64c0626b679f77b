import { cellArea as areaKm2, cellToBoundary, UNITS } from 'h3-js'
import type { Estimate, Random } from '../../core/statistics/index.ts'
import { cellArea, cellIndexOf, countsByCell } from './cells.ts'
import type { CellArea, Place } from './cells.ts'
import { comparePeriods } from './compare-periods.ts'
import type { HotspotCourse } from './compare-periods.ts'
import { FEWEST_PERMUTATIONS } from './getis-ord.ts'
import { hotCells } from './hot-cells.ts'
import type { HotCell } from './hot-cells.ts'
import { FALSE_SHARE } from './period-rates.ts'

/** The incidents of a period, and how many of its days the record covers. */
export interface PeriodIncidents {
  readonly places: readonly Place[]
  readonly coveredDays: number
}

export interface Hotspot {
  /** H3 index. */
  readonly cell: string
  /** Longitude and latitude of its corners, in order; the first is not repeated. */
  readonly outline: readonly (readonly [number, number])[]
  readonly incidents: number
  readonly kind: HotCell['kind']
  /** Gi*, standard deviations; null where all cells are alike. */
  readonly z: number | null
  /** The share of false ones to expect when all cells with at most this value are called. */
  readonly q: number
  /** Null where there is no period before, or the cell is hot in neither. */
  readonly course: HotspotCourse | null
  readonly incidentsBefore: number | null
  /** Rate now over the rate before; null without a course. */
  readonly ratio: Estimate | null
  /** Places of this period's incidents in it, in the order they were given. */
  readonly members: readonly number[]
}

export interface PeriodHotspots {
  readonly resolution: number
  /** Of a cell in the middle of the area; 0 without any. */
  readonly cellKm2: number
  /** Cells that were judged, those without incidents among them. */
  readonly cellsJudged: number
  readonly permutations: number
  readonly falseShare: number
  /** Cells that are hot or cold now, were hot before, or have incidents; the hottest first. */
  readonly cells: readonly Hotspot[]
}

/** H3 cells of 0.7 km², some blocks wide: fewer would hide a junction, more would have one incident each. */
const RESOLUTION = 8

/**
 * Where incidents of a period lie together beyond chance, and what became of these places since the period before.
 *
 * @param before null where there is none to compare with
 * @param everywhere where an incident could have been: see `cellArea`; those of both periods are added
 */
export function periodHotspots(
  now: PeriodIncidents,
  before: PeriodIncidents | null,
  everywhere: readonly Place[],
  random: Random,
): PeriodHotspots {
  const area = cellArea([...everywhere, ...now.places, ...(before?.places ?? [])], RESOLUTION)
  const members = membersOf(area, now.places)
  const hot = judged(area, now.places, random)
  const then = before === null ? null : judged(area, before.places, random)
  const courses = new Map(
    before === null || then === null || before.places.length === 0 || now.places.length === 0
      ? []
      : comparePeriods(then, before.coveredDays, hot, now.coveredDays).map(
          each => [each.cell, each] as const,
        ),
  )
  const cells = hot.flatMap((cell, i): Hotspot[] => {
    const course = courses.get(cell.cell)
    if (cell.incidents === 0 && cell.kind === 'usual' && course === undefined) return []
    return [
      {
        ...{ cell: cell.cell, outline: outlineOf(cell.cell), incidents: cell.incidents, kind: cell.kind },
        ...{ z: Number.isNaN(cell.z) ? null : cell.z, q: cell.q, course: course?.course ?? null },
        ...{ incidentsBefore: then?.[i]?.incidents ?? null, ratio: course?.ratio ?? null },
        members: members.get(i) ?? [],
      },
    ]
  })
  return {
    resolution: RESOLUTION,
    cellKm2: area.cells.length === 0 ? 0 : areaKm2(area.cells[area.cells.length >> 1]!, UNITS.km2),
    ...{ cellsJudged: area.cells.length, permutations: FEWEST_PERMUTATIONS, falseShare: FALSE_SHARE },
    cells: cells.sort((a, b) => (b.z ?? 0) - (a.z ?? 0) || b.incidents - a.incidents),
  }
}

/** Without any incident nothing lies together: every cell is usual. */
function judged(area: CellArea, places: readonly Place[], random: Random): HotCell[] {
  const { counts } = countsByCell(area, places)
  if (area.cells.length < 2 || places.length === 0)
    return area.cells.map((cell, i) => ({
      ...{ cell, incidents: counts[i]!, z: NaN, p: 1, q: 1, kind: 'usual' as const },
    }))
  return hotCells(area, counts, FALSE_SHARE, random)
}

function membersOf(area: CellArea, places: readonly Place[]): Map<number, number[]> {
  const indexOf = cellIndexOf(area)
  const members = new Map<number, number[]>()
  places.forEach((place, i) => {
    const cell = indexOf(place)
    if (cell === null) return
    const held = members.get(cell)
    if (held === undefined) members.set(cell, [i])
    else held.push(i)
  })
  return members
}

function outlineOf(cell: string): [number, number][] {
  return cellToBoundary(cell).map(([latitude, longitude]) => [longitude, latitude])
}
