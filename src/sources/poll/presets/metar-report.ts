import type { Condition } from '../../../core/schema/weather.ts'
import { convert } from '../../../core/units.ts'
import type { UnitName } from '../../../core/units.ts'
import { conditionOfSky } from './condition.ts'
import { DAY_MS } from '../../../core/time/spans.ts'

/** What a report says, in the units of the stream; null where it says nothing. */
export interface MetarReport {
  readonly stationId: string
  readonly observedAtMs: number
  readonly temperatureF: number | null
  readonly dewPointF: number | null
  readonly humidity: number | null
  readonly precipitationInH: number | null
  readonly visibilityMiles: number | null
  readonly windMph: number | null
  readonly pressureHpa: number | null
  readonly condition: Condition | null
}

const HEAD = /^(?:(?:METAR|SPECI)\s+)?(?:COR\s+)?([A-Z][A-Z0-9]{3})\s+(\d\d)(\d\d)(\d\d)Z(?:\s+|$)/
const WIND = /^(?:\d{3}|VRB|\/{3})P?(\d{2,3})(?:G\d{2,3})?(KT|MPS|KMH)$/
const WEATHER =
  /^([-+]|VC)?(?:MI|BC|PR|DR|BL|SH|TS|FZ)*((?:DZ|RA|SN|SG|IC|PL|GR|GS|UP)*)(BR|FG|FU|VA|DU|SA|HZ|PY|PO|SQ|FC|SS|DS)?$/
const SKY = /^(?:SKC|CLR|NSC|NCD|CAVOK|(?:FEW|SCT|BKN|OVC|VV)(?:\d{3}|\/{3})?.*)$/
const WIND_UNITS: Readonly<Record<string, UnitName>> = { KT: 'kn', MPS: 'm/s', KMH: 'km/h' }

/** Is it the beginning of a report? */
export function isMetar(line: string): boolean {
  return HEAD.test(line)
}

/**
 * Reads a METAR or SPECI; null when it is none, `nil` when the station reported nothing.
 *
 * Its time has no month: it is the newest that the calendar has, up to a day ahead of `aroundMs`. Humidity is worked out from temperature and dew
 * point.
 *
 * Source: WMO-No. 306, FM 15; Federal Meteorological Handbook No. 1 (FCM-H1-2019), chapter 12, for remarks and statute miles.
 * Left out: runway visual range, trends, cloud heights.
 */
export function parseMetar(line: string, aroundMs: number): MetarReport | 'nil' | null {
  const head = HEAD.exec(line)
  if (head === null) return null
  const [whole, stationId = '', day, hour, minute] = head
  const observedAtMs = newest(Number(day), Number(hour), Number(minute), aroundMs)
  if (observedAtMs === null) return null
  const text = line.slice(whole.length).replace(/=\s*$/, '')
  const [body = '', remarks = ''] = text.split(/(?:^|\s)RMK(?:\s|$)/, 2)
  const groups = (body.split(/\s(?:TEMPO|BECMG|NOSIG)\b/)[0] ?? '').split(/\s+/).filter(group => group !== '')
  if (groups.includes('NIL')) return 'nil'
  const [temperatureC, dewPointC] = temperatures(groups, remarks)
  return {
    stationId,
    observedAtMs,
    temperatureF: temperatureC === null ? null : convert(temperatureC, '°C', '°F'),
    dewPointF: dewPointC === null ? null : convert(dewPointC, '°C', '°F'),
    humidity: temperatureC === null || dewPointC === null ? null : humidity(temperatureC, dewPointC),
    precipitationInH: fellLastHour(remarks),
    visibilityMiles: visibility(groups),
    windMph: wind(groups),
    pressureHpa: pressure(groups),
    condition: condition(groups),
  }
}

/** The newest instant of that day of a month, up to a day ahead of `aroundMs`: a clock may be ahead, a report is not of next month. */
function newest(day: number, hour: number, minute: number, aroundMs: number): number | null {
  if (day === 0 || hour > 23 || minute > 59) return null
  const around = new Date(aroundMs)
  // Two months in a row may lack the day only where one of them is February.
  for (const months of [1, 0, -1, -2, -3]) {
    const ms = Date.UTC(around.getUTCFullYear(), around.getUTCMonth() + months, day, hour, minute)
    if (new Date(ms).getUTCDate() === day && ms <= aroundMs + DAY_MS) return ms
  }
  return null
}

/** Whole degrees of the group `M05/M07`, or the tenths of the remark `T10501072`. */
function temperatures(groups: readonly string[], remarks: string): [number | null, number | null] {
  const tenths = /(?:^|\s)T([01])(\d{3})([01])(\d{3})(?=\s|$)/.exec(remarks)
  if (tenths) {
    const value = (sign?: string, digits?: string) => ((sign === '1' ? -1 : 1) * Number(digits)) / 10
    return [value(tenths[1], tenths[2]), value(tenths[3], tenths[4])]
  }
  for (const group of groups) {
    const found = /^(M?\d\d|\/\/)\/(M?\d\d|\/\/)?$/.exec(group)
    if (found) return [degrees(found[1]), degrees(found[2])]
  }
  return [null, null]
}

function degrees(text: string | undefined): number | null {
  if (text === undefined || text === '//') return null
  return text.startsWith('M') ? -Number(text.slice(1)) || 0 : Number(text)
}

/**
 * Source: O. A. Alduchov and R. E. Eskridge, "Improved Magnus form approximation of saturation vapor pressure", J. Appl. Meteor. 35
 * (1996): coefficients 17.625 and 243.04 °C.
 */
function humidity(temperatureC: number, dewPointC: number): number {
  const exponent = (c: number) => (17.625 * c) / (243.04 + c)
  const share = Math.exp(exponent(dewPointC) - exponent(temperatureC))
  return Math.round(Math.min(1, share) * 1e4) / 1e4
}

/** `P0012` is 0.12 in within the hour, `P0000` a trace. */
function fellLastHour(remarks: string): number | null {
  const found = /(?:^|\s)P(\d{4})(?=\s|$)/.exec(remarks)
  return found ? Number(found[1]) / 100 : null
}

function wind(groups: readonly string[]): number | null {
  for (const group of groups) {
    const found = WIND.exec(group)
    const unit = WIND_UNITS[found?.[2] ?? '']
    if (found && unit) return convert(Number(found[1]), unit, 'mph')
  }
  return null
}

/** `10SM`, `1 3/4SM`, `M1/4SM`, `P6SM`, metres (9999 stands for 10 km or more), CAVOK. */
function visibility(groups: readonly string[]): number | null {
  for (const [i, group] of groups.entries()) {
    if (group === 'CAVOK') return convert(10, 'km', 'mi')
    const miles = /^[MP]?(?:(\d{1,2})|(\d)\/(\d{1,2}))SM$/.exec(group)
    if (miles) {
      if (miles[1] !== undefined) return Number(miles[1])
      const before = groups[i - 1] ?? ''
      const fraction = Number(miles[2]) / Number(miles[3])
      return Number.isFinite(fraction) ? (/^\d$/.test(before) ? Number(before) : 0) + fraction : null
    }
    const metres = /^(\d{4})(?:NDV)?$/.exec(group)
    if (metres) return convert(metres[1] === '9999' ? 10_000 : Number(metres[1]), 'm', 'mi')
  }
  return null
}

function pressure(groups: readonly string[]): number | null {
  for (const group of groups) {
    const found = /^([QA])(\d{4})$/.exec(group)
    if (found?.[1] === 'Q') return Number(found[2])
    if (found) return Math.round(convert(Number(found[2]) / 100, 'inHg', 'hPa') * 100) / 100
  }
  return null
}

/** What falls at the station, snow before rain; else fog or mist; else the sky. What is in the vicinity is not there. */
function condition(groups: readonly string[]): Condition | null {
  const weather = groups.map(group => WEATHER.exec(group)).filter(found => found !== null)
  const here = weather.filter(([, intensity]) => intensity !== 'VC')
  const falls = here.map(([, , what = '']) => what).join('')
  if (/SN|SG|PL|IC/.test(falls)) return 'snow'
  if (/DZ|RA|UP|GR|GS/.test(falls))
    return here.some(([, intensity]) => intensity === '+') ? 'heavy_rain' : 'rain'
  if (here.some(([, , , hides]) => hides === 'FG' || hides === 'BR')) return 'fog'
  return conditionOfSky(groups.filter(group => SKY.test(group)))
}
