/** One version of a report in the incident record, as `silver.incident_versions` has it. */
export interface IncidentVersion {
  /** As the source gives it; of a row without one a synthesised id that begins with `noid/`. */
  readonly id: string
  readonly hasSourceId: boolean
  readonly updatedAtMs: number
  readonly modifiedKnown: boolean
  readonly startedAtMs: number
  /** Local time minus UTC at the start, minutes. */
  readonly utcOffsetMin: number
  readonly title: string | null
  readonly description: string | null
  readonly quadrant: string | null
  readonly latitude: number
  readonly longitude: number
  readonly repaired: boolean
  readonly originalStartedAt: string | null
  readonly originalModifiedAt: string | null
  readonly withdrawn: boolean
  /** 128 bits over all that it says, in hexadecimal: equal only where everything is. */
  readonly content: string
}

/** What a decision of an operator keeps apart, by both reports' ids. */
export interface Apart {
  readonly id: string
  readonly otherId: string
}

/** Order of versions of one incident: by modification, then those with an id of the source, then by content; never by arrival. */
export function byAge(a: IncidentVersion, b: IncidentVersion): number {
  return (
    a.updatedAtMs - b.updatedAtMs ||
    Number(a.hasSourceId) - Number(b.hasSourceId) ||
    compareText(a.content, b.content)
  )
}

/** By code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The second at which it began, since 1970. */
export function startSecond({ startedAtMs }: Pick<IncidentVersion, 'startedAtMs'>): number {
  return Math.floor(startedAtMs / 1000)
}

/** Title and description as one text, without case. */
export function textOf({ title, description }: Pick<IncidentVersion, 'title' | 'description'>): string {
  return `${title ?? ''}\n${description ?? ''}`.toLowerCase()
}
