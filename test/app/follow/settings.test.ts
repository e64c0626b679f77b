import { describe, expect, it } from 'vitest'
import { isCopy, refuseOrphan } from '../../../src/app/follow/copies.ts'
import { settingsOfCopy } from '../../../src/app/follow/index.ts'
import { liveFeedsOf } from '../../../src/app/follow/live/index.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import { streams } from '../../../src/streams/index.ts'

const feed = {
  ...{ name: 'city', brokers: ['kafka:9092'], group: 'arterial' },
  topics: [
    { topic: 'a', stream: 'readings' },
    { topic: 'b', stream: 'weather' },
  ],
}
const load = (env: Readonly<Record<string, string>>) =>
  loadConfig({ cwd: '/nowhere', env: { ARTERIAL_SIMULATION_MODE: 'off', ...env }, flags: {} })
const full = {
  ARTERIAL_KAFKA_FEEDS: JSON.stringify([feed]),
  ARTERIAL_TABLES_FOLDER: '/tables',
  ARTERIAL_BACKUP_FOLDER: '/backup',
  ARTERIAL_BACKUP_CRON: '15 3 * * *',
  ARTERIAL_MQTT_FEEDS: JSON.stringify([
    { name: 'm', broker: 'mqtt:1883', topics: [{ topic: 'a', stream: 'readings' }] },
  ]),
  ARTERIAL_ALERTS_TARGETS: JSON.stringify([{ name: 'ops', kind: 'webhook', url: 'https://hooks.example' }]),
  ARTERIAL_ALERTS_RULES: JSON.stringify([{ name: 'crashes', targets: ['ops'], types: ['pedestrian'] }]),
}
const origin = { topic: 'delta/p', partition: 0, from: 0, next: 9 }

describe('the topics that a copy shows', () => {
  const follows = { ...full, ARTERIAL_FOLLOW_FOLDER: '/tables' }
  const topicsOf = (env: Readonly<Record<string, string>>) =>
    liveFeedsOf(load(env), streams).flatMap(({ name, group, topics }) =>
      topics.map(({ topic, begin }) => [name, group, topic, begin]),
    )

  it('are those of readings, from their end, and in no group', () => {
    expect(topicsOf(follows)).toEqual([['city', null, 'a', 'latest']])
  })

  it('are none where it is told so, and where nothing is followed', () => {
    expect(topicsOf({ ...follows, ARTERIAL_FOLLOW_LIVE: 'tables' })).toEqual([])
    expect(topicsOf(full)).toEqual([])
  })
})

describe('the settings of a copy', () => {
  it('do nothing that the other server does already', () => {
    const copy = settingsOfCopy(load({ ...full, ARTERIAL_FOLLOW_FOLDER: '/tables' }))
    expect([copy.kafka, copy.mqtt.feeds, copy.polling.feeds]).toEqual([
      { feeds: [], outputs: [], doors: [] },
      [],
      [],
    ])
    expect([copy.alerts.rules, copy.alerts.targets, copy.outputs.databases]).toEqual([[], [], []])
    expect([copy.jobs.datasets, copy.jobs.pipelines, copy.tables.folder, copy.backup.cron]).toEqual([
      [],
      [],
      null,
      null,
    ])
    expect(copy.follow.folder).toBe('/tables')
  })

  it('are as they were given where nothing is followed', () => {
    const config = load(full)
    expect(settingsOfCopy(config)).toBe(config)
  })

  it('are wrong with a simulated city', () => {
    const config = load({ ARTERIAL_SIMULATION_MODE: 'profile', ARTERIAL_FOLLOW_FOLDER: '/tables' })
    expect(() => settingsOfCopy(config)).toThrow('set simulation.mode to off')
  })

  it('may not be left out once a folder is a copy', () => {
    const [alone, following] = [load({}), load({ ARTERIAL_FOLLOW_FOLDER: '/tables' })]
    expect([isCopy(alone, { origins: [] }), isCopy(alone, { origins: [origin] })]).toEqual([false, true])
    expect(() => refuseOrphan(alone, { origins: [origin] })).toThrow('is a copy of another server')
    expect(() => refuseOrphan(following, { origins: [origin] })).not.toThrow()
    expect(() => refuseOrphan(alone, { origins: [] })).not.toThrow()
  })
})
