import type { LiveSite } from '../../../src/serve/contract/index.ts'
import { DELAY_GRADES, WORST_DELAY_GRADE } from '../../../src/serve/contract/delay-grades.ts'
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

const WORST_OVER_S = Math.max(...DELAY_GRADES.map(([, upperEndS]) => upperEndS))
const DELAY_BANDS: readonly Band[] = [
  ...DELAY_GRADES.map(([mark, upperEndS], step) => {
    const lowerEndS = DELAY_GRADES[step - 1]?.[1]
    if (lowerEndS === undefined) return { step, mark, label: `up to ${upperEndS} s`, short: `≤${upperEndS}` }
    return { step, mark, label: `${lowerEndS}–${upperEndS} s`, short: `${lowerEndS}–${upperEndS}` }
  }),
  {
    step: DELAY_GRADES.length,
    mark: WORST_DELAY_GRADE,
    label: `over ${WORST_OVER_S} s`,
    short: `>${WORST_OVER_S} s`,
  },
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
  return measure === 'delay' ? DELAY_BANDS : SPEED_BANDS[units]
}

/** Numbers of classes as no measurement is written: a band's edge in a mark would read as a speed. */
const CLASSES = ['I', 'II', 'III', 'IV', 'V', 'VI']

function speedBands(units: Units): readonly Band[] {
  const edges = SPEED_EDGES[units]
  const unit = speedUnit(units)
  return edges.map((edge, step) => {
    const above = edges[step - 1] ?? 0
    const mark = CLASSES[step] ?? ''
    if (step === 0) return { step, mark, label: `${edge} ${unit} and more`, short: `≥${edge}` }
    if (edge === 0) return { step, mark, label: `under ${above} ${unit}`, short: `<${above} ${unit}` }
    return { step, mark, label: `${edge}–${above} ${unit}`, short: `${edge}–${above}` }
  })
}

const SPEED_BANDS: Record<Units, readonly Band[]> = { metric: speedBands('metric'), us: speedBands('us') }

/** The site's step of the ramp, or null when unknown. */
export function stepOf(site: LiveSite, measure: Measure, units: Units): number | null {
  if (measure === 'delay')
    return site.grade === null ? null : DELAY_BANDS.findIndex(({ mark }) => mark === site.grade)
  if (site.speedKmh === null) return null
  const value = inUnits(site.speedKmh, units)
  return SPEED_EDGES[units].findIndex(edge => value >= edge)
}

/** What the address says of a site whose step is not known. */
export const UNKNOWN_MARK = 'unknown'

/** Steps that a filter by marks shows ("E,F", "unknown"); null shows all, as does one that knows no mark. */
export function stepsShown(filter: string | null, bands: readonly Band[]): ReadonlySet<number | null> | null {
  const wanted = new Set(filter?.split(',') ?? [])
  const steps = bands.filter(band => wanted.has(band.mark)).map(({ step }): number | null => step)
  if (wanted.has(UNKNOWN_MARK)) steps.push(null)
  return steps.length === 0 ? null : new Set(steps)
}

/** The filter with a mark added, or taken away; null when it shows nothing less than all. */
export function toggleMark(filter: string | null, mark: string, bands: readonly Band[]): string | null {
  const known = [...bands.map(band => band.mark), UNKNOWN_MARK]
  const chosen = new Set(filter?.split(',').filter(each => known.includes(each)) ?? [])
  if (!chosen.delete(mark)) chosen.add(mark)
  const next = known.filter(each => chosen.has(each))
  return next.length === 0 || next.length === known.length ? null : next.join(',')
}
