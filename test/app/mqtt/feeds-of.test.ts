import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { mqttFeedsOf } from '../../../src/app/mqtt/feeds-of.ts'
import { standardFormats } from '../../../src/app/polling/standard-formats.ts'
import { loadConfig } from '../../../src/core/config/index.ts'
import { presets } from '../../../src/sources/poll/index.ts'
import { streams } from '../../../src/streams/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'arterial-mqtt-feeds-'))
afterEach(() => rmSync(join(cwd, 'arterial.yaml'), { force: true }))

function feeds(topics: string, more = '', broker = 'broker.city.example:8883') {
  writeFileSync(
    join(cwd, 'arterial.yaml'),
    `mqtt:\n  feeds:\n    - name: field\n      broker: ${broker}\n${more}      topics: [${topics}]\n`,
  )
  return mqttFeedsOf(loadConfig({ cwd, env: { WORD: 'hidden' } }), streams, [...presets, ...standardFormats])
}

describe('an MQTT broker of the settings', () => {
  it('is reached by TLS as MQTT 5, in a session of the feed’s own name', () => {
    const [feed] = feeds(
      '{topic: "city/{sensor_id}/reading", stream: readings}',
      '      user: city\n      password: "${env:WORD}"\n',
    )
    expect(feed?.connection).toMatchObject({
      ...{ host: 'broker.city.example', port: 8883, tls: 'verify', version: '5', user: 'city' },
      ...{ clientId: 'arterial-field', sessionS: 7 * 24 * 3600 },
    })
    expect(feed?.connection.password?.reveal()).toBe('hidden')
  })

  it('gives records what their topic says, numbers as numbers, and constants', () => {
    const [feed] = feeds(
      '{topic: "weather/{station_id}/{humidity}", stream: weather, constants: {temperature_f: 50}}',
    )
    const topic = feed?.topics[0]
    const fields = topic?.pattern.match('weather/S-1/40') ?? {}
    const said = topic?.read(Buffer.from('{"timestamp":"2026-06-01T12:00:00Z"}'), fields)
    expect(said).toMatchObject({ count: 1 })
    expect(JSON.parse(String(said !== undefined && 'lines' in said ? said.lines : ''))).toEqual({
      ...{ station_id: 'S-1', humidity: 40, temperature_f: 50 },
      timestamp: '2026-06-01T12:00:00Z',
    })
  })

  it.each([
    ['{topic: "city/{sensor_di}/x", stream: readings}', 'did you mean sensor_id'],
    ['{topic: "city/#", stream: readings}, {topic: "city/+/x", stream: weather}', 'read twice'],
    ['{topic: city/a#, stream: readings}', 'wildcard'],
    ['{topic: city, stream: wether}', 'the stream "wether" is unknown'],
    ['{topic: city}', 'the stream that its records are of'],
    ['{topic: city, stream: events, preset: ics}', 'whole feed'],
  ])('%s can’t be, and why is said', (topics, words) => {
    expect(() => feeds(topics)).toThrow(words)
  })

  it('has no secret in the settings, and no password without a user', () => {
    const topic = '{topic: city, stream: readings}'
    expect(() => feeds(topic, '      user: city\n      password: hidden\n')).toThrow(
      'a secret must not stand here',
    )
    expect(() => feeds(topic, '      password: "${env:WORD}"\n')).toThrow('is missing beside a password')
  })

  it.each([
    ['ws://broker:9001/mqtt', { host: 'broker', port: 9001, tls: 'off', webSocketPath: '/mqtt' }],
    ['wss://broker.city.example', { port: 443, tls: 'verify', webSocketPath: '/' }],
    ['wss://[::1]:8084/a/b', { host: '::1', port: 8084, webSocketPath: '/a/b' }],
    ['[::1]:8883', { host: '::1', port: 8883, tls: 'verify', webSocketPath: null }],
  ])('may be at %s', (broker, connection) => {
    const [feed] = feeds('{topic: city, stream: readings}', '', `"${broker}"`)
    expect(feed?.connection).toMatchObject(connection)
  })

  it.each([
    ['wss://city:hidden@broker/mqtt', '', 'user, a password or a query'],
    ['wss://broker/mqtt?token=hidden', '', 'user, a password or a query'],
    ['wss://broker/mqtt', 'tls: "off"', 'verify beside wss'],
    ['ws://broker/mqtt', 'tls: verify', 'off beside ws'],
    ['http://broker/mqtt', '', 'ws://host:port/path'],
    ['broker:8883', 'cert: "${env:WORD}"', 'both, or neither'],
    ['broker:8883', '{cert: "${env:WORD}", key: "${env:WORD}"}', 'cert is no certificate'],
    ['broker:8883', '{ca: "${env:WORD}"}', 'ca is no certificate'],
    ['broker:1883', '{tls: "off", cert: "${env:WORD}", key: "${env:WORD}"}', 'of no use in clear'],
    ['broker:8883', '{cert: "${env:WORD}", key: hidden}', 'a secret must not stand here'],
  ])('%s with %s can’t be, and no message has a secret', (broker, more, words) => {
    const lines = more.replace(/^\{(.*)\}$/, '$1').split(', ')
    const given = more === '' ? '' : lines.map(line => `      ${line}\n`).join('')
    const say = () => feeds('{topic: city, stream: readings}', given, `"${broker}"`)
    expect(say).toThrow(words)
    expect(say).not.toThrow('hidden')
  })
})
