import { describe, expect, it } from 'vitest'
import { CITY_TOPICS, publishCity } from '../../../src/app/kafka/publish-city.ts'
import { simulatedCity } from '../../../src/app/simulation.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import type { OutgoingRow } from '../../../src/outputs/kafka/topic-sink.ts'

describe('a simulated city that is published', () => {
  it('says each second what its sensors and stations say, under the topics of the reference, by their keys', async () => {
    const config = loadConfig({ env: {}, flags: {} })
    const simulated = simulatedCity({
      ...config,
      simulation: { ...config.simulation, readingsPerMinute: 6000 },
    })
    const sent = new Map<string, OutgoingRow[]>()
    // A clock that has passed: nothing is waited for. Stations report at each five minutes.
    let nowMs = Date.parse('2026-06-01T12:00:00Z')
    const published = await publishCity({
      ...{ simulated, topics: CITY_TOPICS, spanS: 2, signal: new AbortController().signal },
      now: () => (nowMs += 10_000) - 10_000,
      send: (topic, rows) => Promise.resolve(void sent.set(topic, [...(sent.get(topic) ?? []), ...rows])),
    })
    const readings = sent.get('traffic-sensors') ?? []
    expect(readings).toHaveLength(published.readings)
    expect(readings.length).toBeGreaterThan(100)
    for (const { key, value } of readings) {
      expect(JSON.parse(value)).toMatchObject({ sensor_id: key })
      expect((JSON.parse(value) as { timestamp: string }).timestamp).toMatch(/^2026-06-01T12:00:0[01]/)
    }
    const weather = sent.get('weather-events') ?? []
    expect(weather.length).toBe(published.weather)
    expect(
      weather.map(({ value, key }) => [(JSON.parse(value) as { station_id: string }).station_id, key]),
    ).toEqual(weather.map(({ key }) => [key, key]))
    expect(weather.length).toBeGreaterThan(0)
  })
})
