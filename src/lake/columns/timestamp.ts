import { daysFromCivil, localToUtcMs } from '../../core/time/index.ts'
import type { Zone } from '../../core/time/index.ts'
import { DAY_MS } from '../../core/time/spans.ts'

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const MINUS = 45
const COLON = 58

/** Parses ISO 8601 instants; remembers the last date, because neighbours share it. */
export class TimestampParser {
  readonly #zone: Zone
  #dateKey = -1
  #dateMs = 0

  constructor(zone: Zone) {
    this.#zone = zone
  }

  /**
   * `YYYY-MM-DDThh:mm[:ss[.fff…]][Z|±hh[:mm]]`, T or a space between date and time; without a zone it is local to the
   * city, by the rules of core/time. Finer than a millisecond is cut.
   *
   * @returns ms since 1970 UTC, NaN when the bytes are anything else
   */
  parse(b: Uint8Array, start: number, end: number): number {
    if (end - start < 16 || b[start + 4] !== MINUS || b[start + 7] !== MINUS || b[start + 13] !== COLON)
      return NaN
    const year = two(b, start) * 100 + two(b, start + 2)
    const month = two(b, start + 5)
    const day = two(b, start + 8)
    const hour = two(b, start + 11)
    const minute = two(b, start + 14)
    const separator = b[start + 10]!
    // NaN fails every comparison, so a non-digit ends here.
    if (
      !(year >= 0 && month >= 1 && month <= 12 && hour <= 23 && minute <= 59) ||
      (separator !== 0x54 && separator !== 0x74 && separator !== 0x20)
    )
      return NaN
    if (!(day >= 1 && day <= daysInMonth(year, month))) return NaN

    let at = start + 16
    let second = 0
    let ms = 0
    if (at < end && b[at] === COLON) {
      second = at + 2 < end ? two(b, at + 1) : NaN
      if (!(second <= 59)) return NaN
      at += 3
      if (at < end && (b[at] === 0x2e || b[at] === 0x2c)) {
        let scale = 100
        const from = ++at
        for (; at < end && b[at]! >= 48 && b[at]! <= 57; at++, scale = scale > 1 ? scale / 10 : 0)
          ms += scale * (b[at]! - 48)
        if (at === from) return NaN
      }
    }
    if (at === end) return localToUtcMs(this.#zone, year, month, day, hour, minute, second, ms)
    const offsetMinutes = zoneOffset(b, at, end)
    return this.#date(year, month, day) + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + ms
  }

  #date(year: number, month: number, day: number): number {
    const key = (year * 16 + month) * 32 + day
    if (key !== this.#dateKey) {
      this.#dateKey = key
      this.#dateMs = daysFromCivil(year, month, day) * DAY_MS
    }
    return this.#dateMs
  }
}

/** Minutes east of Greenwich of `Z`, `±hh`, `±hhmm` or `±hh:mm`; NaN for anything else. */
function zoneOffset(b: Uint8Array, at: number, end: number): number {
  const sign = b[at]!
  if ((sign | 0x20) === 0x7a) return at + 1 === end ? 0 : NaN
  if (sign !== 43 && sign !== MINUS) return NaN
  const length = end - at
  if (length !== 3 && length !== 5 && !(length === 6 && b[at + 3] === COLON)) return NaN
  const hours = two(b, at + 1)
  const minutes = length === 3 ? 0 : two(b, end - 2)
  if (!(hours <= 18 && minutes <= 59)) return NaN
  return (sign === MINUS ? -1 : 1) * (hours * 60 + minutes)
}

function two(b: Uint8Array, at: number): number {
  const high = b[at]! - 48
  const low = b[at + 1]! - 48
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : NaN
}

function daysInMonth(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return MONTH_DAYS[month - 1]! + (leap ? 1 : 0)
}
