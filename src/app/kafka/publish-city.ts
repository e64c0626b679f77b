import { setTimeout as wait } from 'node:timers/promises'
import type { OutgoingRow } from '../../outputs/kafka/topic-sink.ts'
import { readingGenerator, streamGenerator } from '../../sources/simulator/index.ts'
import type { SimulatedCity } from '../simulation.ts'

/** The topics of the reference platform, where the settings name no others. */
export const CITY_TOPICS = { readings: 'traffic-sensors', weather: 'weather-events' } as const

export interface CityPublishing {
  readonly simulated: SimulatedCity
  readonly topics: { readonly readings: string; readonly weather: string }
  readonly send: (topic: string, rows: readonly OutgoingRow[]) => Promise<void>
  /** It ends when so many seconds of the city were published. */
  readonly spanS: number
  readonly now: () => number
  readonly signal: AbortSignal
  readonly onSecond?: (published: Published) => void
}

export interface Published {
  readonly readings: number
  readonly weather: number
}

const STREAMS: ReadonlySet<string> = new Set(['weather'])
const LINES = 4096

/**
 * Publishes what a simulated city says as the wall clock passes, each second's records at its end, in the order of its sensors and
 * keyed by them: the records that the simulator writes into its own log, under their topics.
 */
export async function publishCity(publishing: CityPublishing): Promise<Published> {
  const { simulated, topics, send, spanS, now, signal, onSecond } = publishing
  const { city, model, world } = simulated
  const readings = readingGenerator(city, model, LINES)
  const streams = streamGenerator(world, STREAMS)
  let published: Published = { readings: 0, weather: 0 }
  const fromMs = Math.floor(now() / 1000) * 1000
  for (let atMs = fromMs; atMs < fromMs + spanS * 1000 && !signal.aborted; atMs += 1000) {
    const untilMs = atMs + 1000 - now()
    if (untilMs > 0) await wait(untilMs, undefined, { signal }).catch(() => undefined)
    const measured = [...readings.between(atMs, atMs + 1000)].flatMap(({ lines }) =>
      rowsOf(lines, 'sensor_id'),
    )
    const weather = streams
      .between(atMs, atMs + 1000, false)
      .flatMap(({ lines }) => rowsOf(lines, 'station_id'))
    await send(topics.readings, measured)
    await send(topics.weather, weather)
    published = {
      readings: published.readings + measured.length,
      weather: published.weather + weather.length,
    }
    onSecond?.(published)
  }
  return published
}

function rowsOf(lines: Buffer, key: string): OutgoingRow[] {
  const found = new RegExp(`"${key}":"([^"]*)"`)
  return lines
    .toString()
    .split('\n')
    .filter(line => line !== '')
    .map(value => ({ key: found.exec(value)?.[1] ?? '', value }))
}
