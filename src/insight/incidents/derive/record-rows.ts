import { checkedQuadrant } from '../place-quadrant.ts'
import { changesSince } from '../identity/history.ts'
import type { ResolvedIncident } from '../identity/resolve.ts'
import type { UndonePair } from '../identity/undone.ts'
import type { IncidentRules } from './rules.ts'
import type { TableColumns, TableRow } from './table-rows.ts'

/** What the tables of the record are filled with; what is not named here the table works out itself. */
export const RECORD_COLUMNS = {
  'silver.incidents': {
    incident_id: 'text',
    started_at: 'instant',
    updated_at: 'instant',
    modified_known: 'flag',
    utc_offset_min: 'whole',
    type: 'text',
    road: 'text?',
    cross_street: 'text?',
    other_cross_street: 'text?',
    direction: 'text?',
    lanes: 'texts',
    lanes_blocked: 'whole?',
    is_reopened: 'flag',
    quadrant: 'text?',
    said_quadrant: 'text?',
    text_quadrant: 'text?',
    place_quadrant: 'text?',
    is_quadrant_doubtful: 'flag',
    community_code: 'text?',
    community: 'text?',
    signal: 'text?',
    signal_m: 'double?',
    latitude: 'double',
    longitude: 'double',
    title: 'text?',
    description: 'text?',
    repaired: 'flag',
    original_started_at: 'text?',
    original_modified_at: 'text?',
    versions: 'whole',
    reported_as: 'texts',
    is_repost: 'flag',
    repost_of: 'text?',
    linked_ids: 'texts',
    withdrawn: 'flag',
  },
  'silver.incident_links': {
    incident_id: 'text',
    linked_to: 'text',
    event_id: 'text',
    started_at: 'instant',
    kind: 'text',
    distance_m: 'double',
    same_text: 'flag',
    evidence: 'text',
    undone: 'flag',
  },
  'silver.incident_history': {
    incident_id: 'text',
    version: 'whole',
    started_at: 'instant',
    updated_at: 'instant',
    reported_as: 'text',
    changed: 'texts',
    title: 'text?',
    description: 'text?',
    quadrant: 'text?',
    withdrawn: 'flag',
    content_hash: 'hash',
  },
} as const satisfies Record<string, TableColumns>
export type RecordTable = keyof typeof RECORD_COLUMNS

type Row<T extends RecordTable> = TableRow<(typeof RECORD_COLUMNS)[T]>

/** The row of silver.incidents: the newest facts, and what is read out of them. */
export function incidentRow(incident: ResolvedIncident, rules: IncidentRules): Row<'silver.incidents'> {
  const { id, facts, versions, joined, link, linkedIds, withdrawn } = incident
  const words = rules.words(facts.title, facts.description)
  const place = rules.place(facts.latitude, facts.longitude, facts.startedAtMs)
  const { quadrant, isContradicted } = checkedQuadrant({
    said: facts.quadrant,
    text: words.quadrant,
    place: place.quadrant,
  })
  const repaired = versions.findLast(version => version.repaired)
  return {
    incident_id: id,
    started_at: facts.startedAtMs,
    updated_at: versions.at(-1)?.updatedAtMs ?? facts.updatedAtMs,
    modified_known: facts.modifiedKnown,
    utc_offset_min: facts.utcOffsetMin,
    type: words.type,
    road: words.road,
    cross_street: words.crossStreet,
    other_cross_street: words.otherCrossStreet,
    direction: words.direction,
    lanes: words.lanes,
    lanes_blocked: words.lanesBlocked,
    is_reopened: words.isReopened,
    quadrant,
    said_quadrant: facts.quadrant,
    text_quadrant: words.quadrant,
    place_quadrant: place.quadrant,
    is_quadrant_doubtful: isContradicted,
    community_code: place.communityCode,
    community: place.community,
    signal: place.signal,
    signal_m: place.signalDistanceM,
    latitude: facts.latitude,
    longitude: facts.longitude,
    title: facts.title,
    description: facts.description,
    repaired: repaired !== undefined,
    original_started_at: repaired?.originalStartedAt ?? null,
    original_modified_at: repaired?.originalModifiedAt ?? null,
    versions: versions.length,
    reported_as: [id, ...joined.map(one => one.id)],
    is_repost: link !== null,
    repost_of: link?.event ?? null,
    linked_ids: linkedIds,
    withdrawn,
  }
}

/** Its rows of silver.incident_links. */
export function linkRows(incident: ResolvedIncident): Row<'silver.incident_links'>[] {
  const { id, facts, joined, link } = incident
  const rows = joined.map(one =>
    linkRow({ ...one, to: id, event: link?.event ?? id, startedAtMs: facts.startedAtMs }, 'same report'),
  )
  if (link === null) return rows
  return [
    ...rows,
    linkRow({ ...link, startedAtMs: facts.startedAtMs }, link.isSameText ? 'repost' : 'update'),
  ]
}

interface Link {
  readonly id: string
  readonly to: string
  readonly event: string
  readonly startedAtMs: number
  readonly distanceM: number
  readonly isSameText: boolean
}

function linkRow(link: Link, kind: 'same report' | 'repost' | 'update') {
  const distanceM = Math.round(link.distanceM * 10) / 10
  const text = link.isSameText ? 'the same text' : 'another text'
  return {
    incident_id: link.id,
    linked_to: link.to,
    event_id: link.event,
    started_at: link.startedAtMs,
    kind,
    distance_m: distanceM,
    same_text: link.isSameText,
    evidence: `same second of the start, ${distanceM} m apart, ${text}`,
    undone: false,
  }
}

/** What an operator decided of two reports that would be linked. */
export function undoneRow(pair: UndonePair): Row<'silver.incident_links'> {
  const row = linkRow({ ...pair, event: pair.id }, pair.isSameText ? 'repost' : 'update')
  return { ...row, evidence: `${row.evidence}; decided to be apart`, undone: true }
}

/** Its rows of silver.incident_history. */
export function historyRows({ id, facts, versions }: ResolvedIncident): Row<'silver.incident_history'>[] {
  return versions.map((version, i) => {
    const before = versions[i - 1]
    return {
      incident_id: id,
      version: i + 1,
      started_at: facts.startedAtMs,
      updated_at: version.updatedAtMs,
      reported_as: version.id,
      changed: before === undefined ? [] : changesSince(before, version),
      title: version.title,
      description: version.description,
      quadrant: version.quadrant,
      withdrawn: version.withdrawn,
      content_hash: version.content,
    }
  })
}
