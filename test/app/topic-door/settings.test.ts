import { describe, expect, it } from 'vitest'
import { chosenDoor, topicDoorsOf } from '../../../src/app/topic-door/settings.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import { streams } from '../../../src/streams/index.ts'

function doors(list: readonly object[]) {
  const env = { ARTERIAL_KAFKA_DOORS: JSON.stringify(list) }
  return topicDoorsOf(loadConfig({ cwd: '/nowhere', env, flags: {} }), streams)
}

const city = { name: 'city', brokers: ['kafka:9092'], tls: 'off' }

describe('the doors of the settings', () => {
  it('take readings and weather where they name no topics, keyed by what a record is about', () => {
    const [door] = doors([city])
    expect(door?.takesReadings).toBe(true)
    expect(door?.streams.map(({ name }) => name)).toEqual(['weather'])
    expect([...(door?.topics ?? [])]).toEqual([
      ['reading', { topic: 'traffic-sensors', key: 'sensor_id' }],
      ['weather', { topic: 'weather-events', key: 'station_id' }],
    ])
  })

  it('take what they name a topic for, and nothing else', () => {
    const [door] = doors([{ ...city, topics: [{ stream: 'weather-forecasts', topic: 'sky' }] }])
    expect(door?.takesReadings).toBe(false)
    expect([...(door?.topics ?? [])]).toEqual([['weather-forecasts', { topic: 'sky', key: 'station_id' }]])
  })

  it('are wrong where a stream is unknown, or a topic would have records of two', () => {
    expect(() => doors([{ ...city, topics: [{ stream: 'wether', topic: 'a' }] }])).toThrow(
      'there is no stream wether; did you mean weather?',
    )
    const both = ['readings', 'weather'].map(stream => ({ stream, topic: 'a' }))
    expect(() => doors([{ ...city, topics: both }])).toThrow(
      'kafka.doors[0].topics[1].topic: "a" is named twice; allowed: once',
    )
    expect(() => doors([{ name: 'city' }])).toThrow('has no brokers and no connectionString')
  })

  it('are chosen by name, or are the only one', () => {
    const two = doors([city, { ...city, name: 'other' }])
    expect(chosenDoor(two, 'other').name).toBe('other')
    expect(chosenDoor(two.slice(0, 1), null).name).toBe('city')
    expect(() => chosenDoor(two, null)).toThrow('say which one is meant: city, other')
    expect(() => chosenDoor(two, 'third')).toThrow('kafka.doors has no "third"; there are city, other')
    expect(() => chosenDoor([], null)).toThrow('kafka.doors is empty')
  })
})
