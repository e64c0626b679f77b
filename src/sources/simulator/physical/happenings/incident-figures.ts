/** Figures of incidents, each with its source. HCM is the Highway Capacity Manual, 7th edition (2022). */

export type IncidentType = 'accident' | 'breakdown' | 'debris'
export type IncidentSeverity = 'injury' | 'damage' | 'none'

const KM_PER_MILE = 1.609344

/**
 * Crashes on dry streets per vehicle-kilometre: 6.76 million reported in the USA in 2019 (NHTSA, DOT HS 813 060) on 3.26 trillion vehicle-miles (FHWA, Highway Statistics 2019, VM-1), over 1.17, by
 * which the wet hours of this city (one in six, with twice the crashes) raise the mean (HCM eq. 29-13).
 */
const STREET_CRASHES_PER_KM = 6.76e6 / (3.26e12 * KM_PER_MILE) / 1.17
/** Incidents of which one is a crash: the inverse of 0.358 (HCM exhibit 17-12, street segments). */
const STREET_INCIDENTS_PER_CRASH = 1 / 0.358
/** On freeways 154 crashes per 100 million vehicle-miles (HERS, in HCM eq. 25-79, with little traffic), and 4.9 incidents a crash (HCM eq. 25-78). */
const FREEWAY_CRASHES_PER_KM = 154 / (1e8 * KM_PER_MILE) / 1.17
const FREEWAY_INCIDENTS_PER_CRASH = 4.9

/** Incidents of all types per vehicle-kilometre on dry roads. */
export const INCIDENTS_PER_KM = {
  street: STREET_CRASHES_PER_KM * STREET_INCIDENTS_PER_CRASH,
  freeway: FREEWAY_CRASHES_PER_KM * FREEWAY_INCIDENTS_PER_CRASH,
} as const

export interface Kind {
  readonly share: number
  readonly type: IncidentType
  readonly severity: IncidentSeverity
  /** Lanes it blocks, where the link has more. */
  readonly lanes: number
}

/** Street segments without shoulders (HCM exhibit 17-12); its "other" is debris here. */
export const STREET_KINDS: readonly Kind[] = [
  { share: 0.091, type: 'accident', severity: 'injury', lanes: 1 },
  { share: 0.209, type: 'accident', severity: 'damage', lanes: 1 },
  { share: 0.028, type: 'accident', severity: 'injury', lanes: 2 },
  { share: 0.03, type: 'accident', severity: 'damage', lanes: 2 },
  { share: 0.473, type: 'breakdown', severity: 'none', lanes: 1 },
  { share: 0.093, type: 'debris', severity: 'none', lanes: 1 },
  { share: 0.059, type: 'breakdown', severity: 'none', lanes: 2 },
  { share: 0.017, type: 'debris', severity: 'none', lanes: 2 },
]

/** Freeways: lanes blocked, 0 for the shoulder (HCM exhibit 11-22). */
const FREEWAY_LANES = [0.754, 0.196, 0.031, 0.019] as const
/** Crashes are one of 4.9; injuries among them, and breakdowns among the rest, are as on streets with shoulders (HCM exhibit 17-11). */
const FREEWAY_TYPES: readonly Omit<Kind, 'lanes'>[] = [
  { share: 0.235 / 4.9, type: 'accident', severity: 'injury' },
  { share: 0.765 / 4.9, type: 'accident', severity: 'damage' },
  { share: 0.824 * (1 - 1 / 4.9), type: 'breakdown', severity: 'none' },
  { share: 0.176 * (1 - 1 / 4.9), type: 'debris', severity: 'none' },
]
export const FREEWAY_KINDS: readonly Kind[] = FREEWAY_LANES.flatMap((ofLanes, lanes) =>
  FREEWAY_TYPES.map(kind => ({ ...kind, share: kind.share * ofLanes, lanes })),
)

/** Minutes from the onset until it is noticed, and from then until help is there: longer in snow and on ice (HCM exhibit 17-9). */
export const DETECTION_MIN = 2
export const RESPONSE_MIN = { usual: 15, ice: 20.4 } as const

/** Mean minutes of clearing a street on dry roads, in rain, on wet roads, and in snow or on ice (HCM exhibit 17-10). */
export const CLEARANCE_MIN = {
  injury: [56.4, 42.1, 43.5, 76.7],
  damage: [39.5, 28.6, 29.7, 53.7],
  breakdown: [10.8, 5.6, 5.7, 14.7],
  debris: [6.7, 2.4, 2.8, 9.1],
} as const
/** Deviation of durations on streets over their mean (HCM eq. 29-19, there of a gamma distribution; log-normal here, as T. F. Golob et al., Accident Analysis and Prevention 19, 1987, found). */
export const STREET_DURATION_CV = 0.8

/** Whole durations on freeways by lanes blocked, minutes, log-normal (HCM exhibit 11-22). */
export const FREEWAY_DURATION_MIN = [
  { mean: 34, deviation: 15.1, least: 8.7, most: 58 },
  { mean: 34.6, deviation: 13.8, least: 16, most: 58.2 },
  { mean: 53.6, deviation: 13.9, least: 30.5, most: 66.9 },
  { mean: 67.9, deviation: 21.9, least: 36, most: 93.3 },
] as const

/** What a lane that is open beside an incident still carries, on freeways of 2, 3, … 8 lanes by lanes blocked (HCM exhibit 11-23): measured of queues, so there is no drop beside it. */
export const FREEWAY_OPEN_LANE: readonly (readonly number[])[] = [
  [0.81, 0.7],
  [0.83, 0.74, 0.51],
  [0.85, 0.77, 0.5, 0.52],
  [0.87, 0.81, 0.67, 0.5],
  [0.89, 0.85, 0.75, 0.52],
  [0.91, 0.88, 0.8, 0.63],
  [0.93, 0.89, 0.84, 0.66],
]

/** On streets an open lane of n carries 1 − b / n (HCM eq. 29-27); where all lanes are blocked, a tenth gets by. */
export const STREET_LOSS = { injury: 0.58, damage: 0.42, none: 0.17 } as const
export const ALL_BLOCKED = 0.1

/** Of accidents, those at which the other direction slows down to look, and the capacity it loses (J. Masinick, H. Teng, An analysis on the impact of rubbernecking on urban freeway traffic, University of Virginia, 2004). */
export const RUBBERNECKING = { share: 0.1, loss: 0.127 } as const
