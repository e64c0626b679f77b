import type { IncidentDetail } from '../../../../../src/serve/contract/index.ts'
import { count, words } from '../../../ui/format.ts'
import { placeName, weatherLabel } from './words.ts'

export interface Fact {
  readonly label: string
  readonly value: string
}

const COMPASS: Readonly<Record<string, string>> = { N: 'north', E: 'east', S: 'south', W: 'west' }

/** What is known of it, in the order in which somebody asks; what is not known is left out. */
export function factsOf(of: IncidentDetail): Fact[] {
  const facts: Fact[] = []
  const add = (label: string, value: string | null) => {
    if (value !== null && value !== '') facts.push({ label, value })
  }
  add('Road', joined([of.road, of.cross_street], ' at '))
  add('Direction', of.direction === null ? null : `${COMPASS[of.direction] ?? of.direction}bound`)
  add(
    'Lanes',
    joined([lanesBlocked(of.lanes_blocked), of.lanes.length === 0 ? null : of.lanes.join(', ')], ': '),
  )
  add('Community', of.community === null ? null : placeName(of.community))
  add('Quadrant', of.quadrant)
  add('Weather', weatherOf(of))
  add(
    'Nearest signal',
    of.signal === null
      ? null
      : joined([of.signal, of.signal_m === null ? null : `${count(of.signal_m)} m`], ', '),
  )
  add('Place', `${of.latitude.toFixed(5)}, ${of.longitude.toFixed(5)}`)
  add('Number', of.incident_id)
  return facts
}

/** Of its hour, as far as it is known. */
function weatherOf({ weather, weather_known_by: knownBy }: IncidentDetail): string {
  if (weather === null) return 'not known'
  return knownBy === 'day' ? `${weatherLabel(weather)}, of that whole day` : weatherLabel(weather)
}

/** What a reader must know before they trust it. */
export function doubtsOf(of: IncidentDetail): string[] {
  const doubts: string[] = []
  if (of.withdrawn) doubts.push('The source has taken this report back. It counts nowhere.')
  if (of.is_repost)
    doubts.push(
      `A report of the same event${of.repost_of === null ? '' : ` as ${of.repost_of}`}. The event counts once.`,
    )
  if (of.repaired)
    doubts.push(
      `Its times were wrong in the source and are repaired here${of.original_started_at === null ? '' : `: the source says ${of.original_started_at}`}.`,
    )
  if (of.is_quadrant_doubtful)
    doubts.push(
      `The quadrant ${of.quadrant ?? ''} of the source does not agree with its place or its text.`.replace(
        '  ',
        ' ',
      ),
    )
  return doubts
}

export interface VersionStep {
  readonly version: number
  readonly atMs: number
  /** Under which number the source reported it, where that is another than the incident's own. */
  readonly reportedAs: string | null
  readonly first: boolean
  readonly withdrawn: boolean
  readonly changes: readonly { readonly label: string; readonly from: string; readonly to: string }[]
  /** Changed, but not told in words. */
  readonly others: readonly string[]
}

const TOLD = ['title', 'description', 'quadrant'] as const
const NONE = 'nothing'

/** What changed when, the newest first. */
export function versionSteps({ incident_id: id, versions }: IncidentDetail): VersionStep[] {
  return versions
    .map((version, i): VersionStep => {
      const before = versions[i - 1]
      const changes = TOLD.flatMap(column =>
        before === undefined || before[column] === version[column]
          ? []
          : [{ label: words(column), from: before[column] ?? NONE, to: version[column] ?? NONE }],
      )
      return {
        version: version.version,
        atMs: Date.parse(version.updated_at),
        reportedAs: version.reported_as === id ? null : version.reported_as,
        first: before === undefined,
        withdrawn: version.withdrawn,
        changes,
        others:
          before === undefined
            ? []
            : version.changed.filter(column => !(TOLD as readonly string[]).includes(column)).map(words),
      }
    })
    .reverse()
}

export interface LinkLine {
  readonly id: string
  readonly words: string
  readonly evidence: string
  readonly undone: boolean
}

const KINDS: Readonly<Record<string, string>> = {
  repost: 'Reported again',
  update: 'Goes on with',
  'same report': 'The same report without a number',
}

/** Other reports that were taken for the same event, each with its reason. */
export function linkLines({ incident_id: id, links }: IncidentDetail): LinkLine[] {
  return links.map(
    ({ incident_id: one, linked_to: other, kind, distance_m: distanceM, evidence, undone }) => ({
      id: one === id ? other : one,
      words: `${KINDS[kind] ?? words(kind)}, ${count(distanceM)} m apart`,
      evidence,
      undone,
    }),
  )
}

function lanesBlocked(blocked: number | null): string | null {
  if (blocked === null) return null
  return blocked === 1 ? '1 blocked' : `${blocked} blocked`
}

function joined(parts: readonly (string | null)[], between: string): string | null {
  const known = parts.filter(part => part !== null && part !== '')
  return known.length === 0 ? null : known.join(between)
}
