import { Random } from '../../src/core/statistics/index.ts'
import { DAY_MS, HOUR_MS } from '../../src/core/time/spans.ts'
import { DAYS } from './record.ts'

const HOURS_A_BODY = 10_000
/** A spell lasts so long on average, h. */
const SPELL_H = 6
const SHARE_WET = 0.2

/** The weather of a station, hour by hour, over all the time of a record: bodies of lines for the stream of weather. */
export function* weatherLines(endMs: number): Generator<string> {
  const random = new Random(5)
  const fromMs = Math.floor((endMs - (DAYS + 1) * DAY_MS) / HOUR_MS) * HOUR_MS
  let lines: string[] = []
  let isWet = false
  for (let ms = fromMs; ms <= endMs; ms += HOUR_MS) {
    if (random.unit() < 1 / SPELL_H) isWet = random.unit() < SHARE_WET
    lines.push(lineOf(ms, isWet))
    if (lines.length < HOURS_A_BODY) continue
    yield lines.join('\n')
    lines = []
  }
  yield lines.join('\n')
}

/** Snow in the winter half of the year, rain in the other. */
function lineOf(ms: number, isWet: boolean): string {
  const month = new Date(ms).getUTCMonth()
  const wet = month < 3 || month > 8 ? 'snow' : 'rain'
  return JSON.stringify({
    station_id: 'bench',
    timestamp: new Date(ms).toISOString(),
    condition: isWet ? wet : 'clear',
  })
}
