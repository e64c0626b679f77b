import type { Ask } from './ask.ts'
import { conditionOf, type IncidentChoice } from './choice.ts'

/** When, where and what the chosen incidents were, oldest first, as columns of equal length: what analyses are made of. */
export interface Moments {
  readonly startedAtMs: readonly number[]
  /** Local time minus UTC, minutes. */
  readonly utcOffsetMin: readonly number[]
  readonly latitudes: readonly number[]
  readonly longitudes: readonly number[]
  readonly types: readonly string[]
  readonly communities: readonly (string | null)[]
  readonly titles: readonly (string | null)[]
}

export async function readMoments(ask: Ask, choice: IncidentChoice, signal?: AbortSignal): Promise<Moments> {
  const { sql: where, params } = conditionOf(choice)
  const [columns] = await ask<Moments>(MOMENTS.replace('@where', where), params, signal)
  return columns ?? NONE
}

const NONE: Moments = {
  ...{ startedAtMs: [], utcOffsetMin: [], latitudes: [], longitudes: [] },
  ...{ types: [], communities: [], titles: [] },
}

/** groupArray passes over NULL, so what may be unknown is wrapped: columns must stay of equal length. */
const MOMENTS = `SELECT groupArray(m.started_ms) AS startedAtMs, groupArray(m.utc_offset_min) AS utcOffsetMin,
    groupArray(m.latitude) AS latitudes, groupArray(m.longitude) AS longitudes, groupArray(m.type) AS types,
    groupArray(tuple(m.community)).1 AS communities, groupArray(tuple(m.title)).1 AS titles
  FROM (
    SELECT toUnixTimestamp64Milli(i.started_at) AS started_ms, i.utc_offset_min AS utc_offset_min, i.latitude AS latitude,
      i.longitude AS longitude, i.type AS type, i.community AS community, i.title AS title
    FROM silver.incidents AS i WHERE @where ORDER BY i.started_at, i.incident_id
  ) AS m`

/** A text that changes when anything changes that analyses are made of. */
export async function readRecordVersion(ask: Ask, signal?: AbortSignal): Promise<string> {
  const [found] = await ask<{ version: string }>(VERSION, {}, signal)
  return found?.version ?? ''
}

const VERSION = `SELECT concat(toString(count()), '-', hex(groupBitXor(sipHash64(
    i.incident_id, i.started_at, i.utc_offset_min, i.latitude, i.longitude, i.type, i.community, i.title)))) AS version
  FROM silver.incidents AS i WHERE NOT i.is_repost AND NOT i.withdrawn`
