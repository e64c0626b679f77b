import type { LiveSite } from '../../../src/serve/contract/index.ts'
import { inUnits, speedUnit, type Units } from '../ui/format.ts'

/** What the map's colour means now: delay where sites measure waits, else speed. */
export type Measure = 'delay' | 'speed'

/** One step of the ramp, 0 free to 5 jammed. */
export interface Band {
  readonly step: number
  /** Stands in the mark: a second cue beside colour, shape and size. */
  readonly mark: string
  readonly label: string
  /** The label where there is little room. */
  readonly short: string
}

/** HCM's control-delay thresholds, as the lake grades the mean wait. */
const DELAY_BANDS: readonly Band[] = [
  { step: 0, mark: 'A', label: 'up to 10 s', short: '≤10' },
  { step: 1, mark: 'B', label: '10–20 s', short: '10–20' },
  { step: 2, mark: 'C', label: '20–35 s', short: '20–35' },
  { step: 3, mark: 'D', label: '35–55 s', short: '35–55' },
  { step: 4, mark: 'E', label: '55–80 s', short: '55–80' },
  { step: 5, mark: 'F', label: 'over 80 s', short: '>80 s' },
]
/** Lower edges, fastest first, in the units shown: round numbers people think in. */
const SPEED_EDGES: Record<Units, readonly number[]> = {
  metric: [90, 70, 50, 35, 20, 0],
  us: [55, 45, 35, 25, 15, 0],
}

/** Delay as soon as one site has a grade: a city does not mix two meanings of colour. */
export function measureOf(sites: Iterable<LiveSite>): Measure {
  let speeds = false
  for (const site of sites) {
    if (site.grade !== null) return 'delay'
    speeds ||= site.speedKmh !== null
  }
  return speeds ? 'speed' : 'delay'
}

export function bandsOf(measure: Measure, units: Units): readonly Band[] {
  if (measure === 'delay') return DELAY_BANDS
  const edges = SPEED_EDGES[units]
  const unit = speedUnit(units)
  return edges.map((edge, step) => ({
    step,
    mark: String(edge),
    label:
      step === 0
        ? `${edge} ${unit} and more`
        : edge === 0
          ? `under ${edges[step - 1] ?? 0} ${unit}`
          : `${edge}–${edges[step - 1] ?? 0} ${unit}`,
    short:
      step === 0
        ? `≥${edge}`
        : edge === 0
          ? `<${edges[step - 1] ?? 0} ${unit}`
          : `${edge}–${edges[step - 1] ?? 0}`,
  }))
}

/** The site's step of the ramp, or null when unknown. */
export function stepOf(site: LiveSite, measure: Measure, units: Units): number | null {
  if (measure === 'delay') return site.grade === null ? null : 'ABCDEF'.indexOf(site.grade)
  if (site.speedKmh === null) return null
  const value = inUnits(site.speedKmh, units)
  return SPEED_EDGES[units].findIndex(edge => value >= edge)
}
