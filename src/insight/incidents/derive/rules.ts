import type { IncidentWords } from '../classify.ts'
import type { IncidentPlace } from '../place.ts'

/** What reports are read by. */
export interface IncidentRules {
  /** Another one where any incident may be read otherwise: every month is made anew then. */
  readonly fingerprint: string
  readonly words: (title: string | null, description: string | null) => IncidentWords
  readonly place: (latitude: number, longitude: number, startedAtMs: number) => IncidentPlace
}
