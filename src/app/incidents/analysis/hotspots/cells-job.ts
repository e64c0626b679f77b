import { Random } from '../../../../core/statistics/index.ts'
import { coverageOf } from '../../../../core/time/index.ts'
import { periodHotspots, type Hotspot, type Place } from '../../../../insight/hotspots/index.ts'
import type { Moments } from '../../../../lake/read/incident-record/index.ts'
import type { IncidentHotspots } from '../../../../serve/contract/index.ts'
import { estimateOf, rounded, timesOf } from '../moments.ts'
import { cornersOf, nameOf, periodText, placesOf } from '../places.ts'
import { periodBefore, type ChosenDays } from '../periods.ts'

/** A choice of incidents, and the same of as many days before. */
export interface ComparedGiven {
  readonly record: Moments
  readonly chosen: ChosenDays
  /** Of the chosen days and of those before. */
  readonly now: Moments
  readonly before: Moments | null
}

export interface CellsGiven extends ComparedGiven {
  /** Where an incident could have been though none was. */
  readonly signals: readonly Place[]
}

/** Any: the same record has the same hotspots, whoever asks. */
const SEED = 20_260_701

/** Hexagons where incidents lie together beyond chance. */
export function cellsJob({
  record,
  signals,
  chosen,
  now,
  before,
}: CellsGiven): NonNullable<IncidentHotspots['result']> {
  const { periods, compared } = comparedOf({ record, chosen, now, before })
  const found = periodHotspots(
    { places: placesOf(now), coveredDays: periods.days?.covered ?? 0 },
    compared === null ? null : { places: placesOf(compared.moments), coveredDays: compared.days.covered },
    [...placesOf(record), ...signals],
    new Random(SEED),
  )
  return {
    ...periodTexts({ periods, compared, now }),
    resolution: found.resolution,
    cell_km2: found.cellKm2,
    cells_judged: found.cellsJudged,
    permutations: found.permutations,
    false_share: found.falseShare,
    cells: found.cells.map(cell => cellText(cell, now)),
  }
}

/** The chosen days and those they are compared with; nothing is compared where too little was recorded. */
export function comparedOf({ record, chosen, before }: ComparedGiven) {
  const coverage = coverageOf(timesOf(record))
  const periods = periodBefore(coverage, chosen)
  const { previous } = periods
  const compared = previous === null || before === null ? null : { moments: before, days: previous }
  return { coverage, periods, compared }
}

export function periodTexts({
  periods: { days, why },
  compared,
  now,
}: Pick<ReturnType<typeof comparedOf>, 'periods' | 'compared'> & { readonly now: Moments }) {
  return {
    period: days === null ? null : periodText(days, now),
    before: compared === null ? null : periodText(compared.days, compared.moments),
    why_no_before: why,
  }
}

function cellText({ members, outline, incidentsBefore, ratio, ...cell }: Hotspot, now: Moments) {
  return {
    ...cell,
    outline: cornersOf(outline),
    z: cell.z === null ? null : rounded(cell.z, 2),
    incidents_before: incidentsBefore,
    ratio: ratio === null ? null : estimateOf(ratio),
    ...nameOf(members, now),
  }
}
