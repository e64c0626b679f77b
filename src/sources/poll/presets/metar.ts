import { FeedError } from '../../../core/feed-error.ts'
import type { FeedAbout, FeedFormat } from '../../../core/feed-format.ts'
import { record } from '../json-body.ts'
import { isMetar, parseMetar } from './metar-report.ts'

/** `2026/11/27 14:51`, as tgftp.nws.noaa.gov writes above a report. */
const DATE_LINE = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d)$/
const MAX_SHOWN = 500

/**
 * METAR reports as text, a report a line; a line that begins with a blank goes on with the one before. A report that says NIL is
 * none; a line that can't be read is passed on under `metar`, so that quarantine keeps it.
 */
export const metar: FeedFormat = {
  name: 'metar',
  says: 'METAR and SPECI reports as text, a report a line',
  stream: 'weather',
  read(body, about) {
    const lines = reportsOf(body.toString('latin1'))
    if (!lines.some(isMetar)) {
      throw new FeedError(
        `the answer has no METAR report; it begins with ${JSON.stringify((lines[0] ?? '').slice(0, 60))}`,
      )
    }
    let aroundMs = about.arrivedAtMs
    return lines.flatMap(line => {
      const date = DATE_LINE.exec(line)
      if (date) {
        const [, year, month, day, hour, minute] = date.map(Number)
        aroundMs = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute)
        return []
      }
      return observation(line, aroundMs, about)
    })
  },
}

function reportsOf(text: string): string[] {
  return text
    .replace(/\r?\n[ \t]+(?=\S)/g, ' ')
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '')
}

function observation(line: string, aroundMs: number, { constants }: FeedAbout): object[] {
  const report = parseMetar(line, aroundMs)
  if (report === 'nil') return []
  if (report === null) return [{ metar: line.slice(0, MAX_SHOWN) }]
  return [
    record({
      station_id: report.stationId,
      timestamp: new Date(report.observedAtMs).toISOString(),
      temperature_f: report.temperatureF,
      humidity: report.humidity,
      precipitation_rate: report.precipitationInH,
      visibility_miles: report.visibilityMiles,
      wind_speed_mph: report.windMph,
      condition: report.condition,
      latitude: constants['latitude'],
      longitude: constants['longitude'],
      dew_point_f: report.dewPointF,
      pressure_hpa: report.pressureHpa,
    }),
  ]
}
