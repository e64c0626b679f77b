import { describe, expect, it } from 'vitest'
import { mqttDoorsOf } from '../../../src/app/topic-door/mqtt-settings.ts'
import { topicDoorsOf } from '../../../src/app/topic-door/settings.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import { streams } from '../../../src/streams/index.ts'

const city = { name: 'city', brokers: ['kafka:9092'], tls: 'off' }
const topic = { topic: 'city/{sensor_id}/reading', stream: 'readings' }

function read(mqtt: object, kafka: readonly object[] = [city]) {
  const given = { name: 'field', broker: 'broker:8883', topics: [topic], ...mqtt }
  const env = {
    ARTERIAL_KAFKA_DOORS: JSON.stringify(kafka),
    ARTERIAL_MQTT_DOORS: JSON.stringify([given]),
  }
  const config = loadConfig({ cwd: '/nowhere', env, flags: {} })
  return mqttDoorsOf(config, topicDoorsOf(config, streams), streams, 'door-1')
}

describe('the brokers of MQTT that doors read', () => {
  it('are shared among doors, each in a session of its own that it comes back to', () => {
    const [found] = read({})
    expect(found?.door).toBe('city')
    expect(found?.feed.connection.clientId).toBe('arterial-field-door-1')
    expect(found?.feed.topics.map(({ pattern }) => pattern.filter)).toEqual([
      '$share/arterial/city/+/reading',
    ])
  })

  it('may be shared by another group, that of the topic itself, or by none', () => {
    const filter = (mqtt: object) => read(mqtt)[0]?.feed.topics[0]?.pattern.filter
    expect(filter({ group: 'east' })).toBe('$share/east/city/+/reading')
    expect(filter({ group: null, clientId: 'city' })).toBe('city/+/reading')
    expect(filter({ topics: [{ ...topic, topic: '$share/west/#' }] })).toBe('$share/west/#')
  })

  it.each([
    [{ topics: [{ ...topic, intervalS: 30 }] }, [city], 'intervalS'],
    [{ topics: [{ topic: '#', stream: 'venues' }] }, [city], 'for which kafka.doors "city" has no topic'],
    [{ door: 'north' }, [city], 'kafka.doors has no "north"; there are city'],
    [{}, [city, { ...city, name: 'north' }], 'kafka.doors has 2; say with door:'],
    [{}, [], 'name one in kafka.doors'],
    [{ topics: [{ ...topic, topic: 'city/{sensor_di}' }] }, [city], 'did you mean sensor_id'],
  ])('are wrong where they can’t be: %j', (mqtt, kafka, words) => {
    expect(() => read(mqtt, kafka)).toThrow(words)
  })
})
