import { distanceM } from '../../core/geo/metres.ts'
import { areaOf, isInArea } from '../../core/geo/polygon.ts'
import { rankOf } from '../../core/schema/severity.ts'
import type { Severity } from '../../core/schema/severity.ts'
import type { IncidentType } from '../incidents/index.ts'

/** What is known of an incident when it is decided whom to tell. */
export interface AlertIncident {
  readonly incidentId: string
  readonly type: IncidentType
  readonly severity: Severity
  readonly title: string | null
  readonly description: string | null
  readonly startedAtMs: number
  readonly updatedAtMs: number
  readonly latitude: number
  readonly longitude: number
  readonly community: string | null
  readonly quadrant: string | null
}

/** Which incidents somebody wants to hear of: those for which everything that the rule says is so; null says nothing. */
export interface IncidentRule {
  readonly name: string
  readonly types: readonly string[] | null
  /** At least so bad. */
  readonly severity: Severity | null
  /** Names of communities, without regard to case. */
  readonly communities: readonly string[] | null
  /** `NE` is within `N` and within `E`. */
  readonly quadrants: readonly string[] | null
  readonly circle: { readonly latitude: number; readonly longitude: number; readonly radiusM: number } | null
  /** Longitude and latitude of its corners; it closes itself. */
  readonly polygon: readonly (readonly [longitude: number, latitude: number])[] | null
}

/** A rule made ready to be asked a million times. */
export function matcherOf(rule: IncidentRule): (incident: AlertIncident) => boolean {
  const { circle, severity } = rule
  const types = rule.types && new Set(rule.types)
  const communities = rule.communities && new Set(rule.communities.map(name => name.toLowerCase()))
  const area = rule.polygon && areaOf([ringOf(rule.polygon)])
  return incident => {
    const { latitude, longitude, community, quadrant } = incident
    return (
      (types === null || types.has(incident.type)) &&
      (severity === null || rankOf(incident.severity) >= rankOf(severity)) &&
      (communities === null || communities.has(community?.toLowerCase() ?? '')) &&
      (rule.quadrants === null || rule.quadrants.some(wanted => isWithin(quadrant, wanted))) &&
      (circle === null ||
        distanceM(circle.latitude, circle.longitude, latitude, longitude) <= circle.radiusM) &&
      (area === null || isInArea(area, longitude, latitude))
    )
  }
}

function isWithin(quadrant: string | null, wanted: string): boolean {
  return quadrant !== null && Array.from(wanted).every(letter => quadrant.includes(letter))
}

function ringOf(corners: readonly (readonly [number, number])[]): Float64Array {
  return Float64Array.from([...corners, ...corners.slice(0, 1)].flat())
}
