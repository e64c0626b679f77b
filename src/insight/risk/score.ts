import { poissonRate } from '../../core/statistics/index.ts'
import type { Estimate } from '../../core/statistics/index.ts'
import type { HourlyRisk } from './baseline.ts'
import type { RiskRecord } from './record.ts'

export interface Score {
  /** Poisson deviance over all communities and hours of the days; lower is better. */
  readonly deviance: number
  /** Hours of communities that were judged. */
  readonly cells: number
  readonly seen: number
  readonly expected: number
}

/** Cells of about the same expected risk, together. */
export interface CalibrationBin {
  /** Mean of the expected incidents of an hour in a community. */
  readonly expected: number
  /** Mean of those seen, with the exact 95 % interval of a Poisson count. */
  readonly seen: Estimate
  readonly cells: number
}

/** How well risks agree with what came, over the days of the record (silent ones are not among them). */
export function scoreOf(record: RiskRecord, risk: HourlyRisk): Score {
  const counts = cellCounts(record)
  let expected = 0
  forEachCell(record, (community, day, hour) => (expected += risk(community, day, hour)))
  let deviance = 2 * (expected - record.day.length)
  for (const [cell, count] of counts) {
    const [community, day, hour] = cellOf(record, cell)
    deviance += 2 * count * Math.log(count / risk(community, day, hour))
  }
  const cells = record.communities.length * record.days.length * 24
  return { deviance, cells, seen: record.day.length, expected }
}

/**
 * Seen beside expected, in bins of equal expected number of incidents: in each a forecast that is right has as many as it said, up to chance.
 *
 * @param bins how many
 */
export function calibrationOf(record: RiskRecord, risk: HourlyRisk, bins: number): CalibrationBin[] {
  const counts = cellCounts(record)
  const cells: { readonly risk: number; readonly seen: number }[] = []
  forEachCell(record, (community, day, hour, cell) =>
    cells.push({ risk: risk(community, day, hour), seen: counts.get(cell) ?? 0 }),
  )
  cells.sort((a, b) => a.risk - b.risk)
  const share = cells.reduce((sum, cell) => sum + cell.risk, 0) / bins
  const found: CalibrationBin[] = []
  let bin = { expected: 0, seen: 0, cells: 0 }
  cells.forEach((cell, i) => {
    bin.expected += cell.risk
    bin.seen += cell.seen
    bin.cells++
    if (bin.expected < share && i < cells.length - 1) return
    found.push({
      expected: bin.expected / bin.cells,
      seen: poissonRate(bin.seen, bin.cells),
      cells: bin.cells,
    })
    bin = { expected: 0, seen: 0, cells: 0 }
  })
  return found
}

/** Incidents of the cells that have some. */
function cellCounts(record: RiskRecord): Map<number, number> {
  const counts = new Map<number, number>()
  record.day.forEach((day, i) => {
    const cell = (day * 24 + record.hour[i]!) * record.communities.length + record.community[i]!
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
  })
  return counts
}

function cellOf({ communities, days }: RiskRecord, cell: number): readonly [number, number, number] {
  const hours = Math.floor(cell / communities.length)
  return [cell % communities.length, days[Math.floor(hours / 24)]!, hours % 24]
}

function forEachCell(
  { communities, days }: RiskRecord,
  visit: (community: number, day: number, hour: number, cell: number) => void,
): void {
  let cell = 0
  for (const day of days)
    for (let hour = 0; hour < 24; hour++)
      for (let community = 0; community < communities.length; community++) visit(community, day, hour, cell++)
}
