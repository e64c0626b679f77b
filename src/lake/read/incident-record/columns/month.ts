import type { Ask } from '../ask.ts'
import type { Dictionary } from './dictionary.ts'

/** What incidents are chosen and counted by, of one month of starts (UTC), without those withdrawn; in no order. */
export interface MonthColumns {
  readonly rows: number
  /** s since 1970 UTC */
  readonly startedS: Uint32Array
  /** Local, days since 1970; with the first and the last of them. */
  readonly day: Uint16Array
  readonly firstDay: number
  readonly lastDay: number
  /** Local, 1 Monday … 7 Sunday. */
  readonly weekday: Uint8Array
  /** Local. */
  readonly hour: Uint8Array
  /** 0: it tells of the same as another. */
  readonly isReport: Uint8Array
  readonly repaired: Uint8Array
  readonly longitude: Float64Array
  readonly latitude: Float64Array
  /** Codes of the dictionaries. */
  readonly type: Uint32Array
  readonly quadrant: Uint32Array
  readonly community: Uint32Array
  readonly title: Uint32Array
  readonly description: Uint32Array
}

type Text = 'type' | 'quadrant' | 'community' | 'title' | 'description'
export type Dictionaries = Readonly<Record<Text, Dictionary>>

interface MonthRow extends Readonly<Record<Text, readonly (string | null)[]>> {
  readonly started_month: number
  readonly started_s: readonly number[]
  readonly day: readonly number[]
  readonly weekday: readonly number[]
  readonly hour: readonly number[]
  readonly is_report: readonly number[]
  readonly repaired: readonly number[]
  readonly longitude: readonly number[]
  readonly latitude: readonly number[]
}

/** groupArray passes over NULL, so what may be unknown is wrapped: columns must stay of equal length. */
const MONTHS = `SELECT toYYYYMM(i.started_at) AS started_month, groupArray(toUnixTimestamp(i.started_at)) AS started_s,
    groupArray(toUInt16(i.local_date)) AS day, groupArray(i.weekday) AS weekday, groupArray(i.local_hour) AS hour,
    groupArray(toUInt8(NOT i.is_repost)) AS is_report, groupArray(toUInt8(i.repaired)) AS repaired,
    groupArray(i.longitude) AS longitude, groupArray(i.latitude) AS latitude, groupArray(i.type) AS type,
    ${['quadrant', 'community', 'title', 'description'].map(name => `groupArray(tuple(i.${name})).1 AS ${name}`).join(', ')}
  FROM silver.incidents AS i WHERE toYYYYMM(i.started_at) IN {months:Array(UInt32)} AND NOT i.withdrawn GROUP BY started_month`

/** Reads months as they stand in the record; of one that has nothing nothing comes. */
export async function readMonths(
  ask: Ask,
  months: readonly number[],
  dictionaries: Dictionaries,
  signal?: AbortSignal,
): Promise<Map<number, MonthColumns>> {
  const rows = await ask<MonthRow>(MONTHS, { months }, signal)
  return new Map(rows.map(row => [row.started_month, columnsOf(row, dictionaries)]))
}

function columnsOf(row: MonthRow, dictionaries: Dictionaries): MonthColumns {
  const codes = (name: Text) => Uint32Array.from(row[name], text => dictionaries[name].codeOf(text))
  const day = Uint16Array.from(row.day)
  return {
    rows: day.length,
    startedS: Uint32Array.from(row.started_s),
    ...{ day, firstDay: day.reduce((a, b) => Math.min(a, b)), lastDay: day.reduce((a, b) => Math.max(a, b)) },
    weekday: Uint8Array.from(row.weekday),
    hour: Uint8Array.from(row.hour),
    isReport: Uint8Array.from(row.is_report),
    repaired: Uint8Array.from(row.repaired),
    longitude: Float64Array.from(row.longitude),
    latitude: Float64Array.from(row.latitude),
    ...{ type: codes('type'), quadrant: codes('quadrant'), community: codes('community') },
    ...{ title: codes('title'), description: codes('description') },
  }
}
