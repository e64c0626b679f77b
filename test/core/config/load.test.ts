import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inspectConfig, loadConfig } from '../../../src/core/config/index.ts'
import { ConfigError } from '../../../src/core/errors.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'arterial-config-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const write = (text: string) => writeFileSync(join(cwd, 'arterial.yaml'), text)
const load = (text: string | null, env: NodeJS.ProcessEnv = {}, flags: Record<string, unknown> = {}) => {
  if (text !== null) write(text)
  return loadConfig({ cwd, env, flags })
}
const mistakes = (text: string, env: NodeJS.ProcessEnv = {}, flags: Record<string, unknown> = {}) => {
  write(text)
  return inspectConfig({ cwd, env, flags }).mistakes
}

describe('loadConfig', () => {
  it('runs the demo on loopback when nothing is configured', () => {
    const config = load(null)
    expect(config.simulation.mode).toBe('profile')
    expect(config.server).toEqual({ host: '127.0.0.1', port: 8080, allowedHosts: [], tokens: [] })
    expect(config.limits.maxLineBytes).toBe(16 * 2 ** 20)
    expect(config.retention).toEqual({ log: null, silver: null, gold: null, quarantine: null })
    expect(config.data.dir).toBe(join(cwd, 'data'))
  })

  it('takes real readings as soon as there is a file, even an empty one', () => {
    expect(load('').simulation.mode).toBe('off')
    expect(load('server:\n').simulation.mode).toBe('off')
  })

  it('lets the environment win over the file, and flags over both', () => {
    const file = 'server: {port: 1}\ncity: {name: File}\nlimits: {maxLineBytes: 1MiB}\n'
    const env = {
      ARTERIAL_SERVER_PORT: '2',
      ARTERIAL_CITY_NAME: '77',
      ARTERIAL_LIMITS_MAX_LINE_BYTES: '2 MiB',
    }
    const config = load(file, env, { 'server.port': 3, 'city.name': undefined })
    expect(config.server.port).toBe(3)
    expect(config.city.name).toBe('77')
    expect(config.limits.maxLineBytes).toBe(2 * 2 ** 20)
  })

  it('takes the files of the incident record relative to the configuration file, of flags to the folder of the call', () => {
    const config = load('incidents: {communities: places/c.csv, boundary: /city/b.csv}\n', {
      ARTERIAL_INCIDENTS_SIGNALS: 's.csv',
    })
    expect(config.incidents).toEqual({
      communities: join(cwd, 'places/c.csv'),
      boundary: '/city/b.csv',
      signals: join(cwd, 's.csv'),
    })
    expect(load('', {}).incidents).toEqual({ communities: null, boundary: null, signals: null })
  })

  it('reads lists and maps from the environment', () => {
    const config = load(null, {
      ARTERIAL_SERVER_ALLOWED_HOSTS: 'a.example, b.example:8080',
      ARTERIAL_CITY_DISTRICT_FREE_FLOW_KMH: '{downtown: 40}',
    })
    expect(config.server.allowedHosts).toEqual(['a.example', 'b.example:8080'])
    expect(config.city.districtFreeFlowKmh).toEqual({ downtown: 40 })
  })

  it('turns sizes into bytes, durations into the unit of the name and forever into null', () => {
    const config = load(
      'limits: {maxBodyBytes: 500MB, maxFutureS: 10m, minFreeDiskBytes: 0}\nretention: {log: 30d, gold: forever}\nsimulation: {backfillHours: 2d}',
    )
    expect(config.limits).toMatchObject({ maxBodyBytes: 500e6, maxFutureS: 600, minFreeDiskBytes: 0 })
    expect(config.retention).toMatchObject({ log: 30, gold: null })
    expect(config.simulation.backfillHours).toBe(48)
  })

  it('counts data.dir from the file that names it, and from the folder of the call when a flag does', () => {
    mkdirSync(join(cwd, 'etc'))
    writeFileSync(join(cwd, 'etc/city.yaml'), 'data: {dir: ../var}')
    const options = { cwd, env: { ARTERIAL_CONFIG: 'etc/city.yaml' } }
    expect(loadConfig(options).data.dir).toBe(join(cwd, 'var'))
    expect(loadConfig({ ...options, flags: { 'data.dir': 'here' } }).data.dir).toBe(join(cwd, 'here'))
  })

  it('is frozen to the bottom', () => {
    const config = load('server: {tokens: [{name: a, sha256: ' + 'A'.repeat(64) + ', scopes: [read]}]}')
    expect(Object.isFrozen(config.server.tokens[0]?.scopes)).toBe(true)
    expect(config.server.tokens[0]?.sha256).toBe('a'.repeat(64))
  })
})

describe('mistakes', () => {
  it('are all named at once, each with its path, value, what is allowed and where it stands', () => {
    const text = [
      'city:',
      '  latitude: 123',
      '  timeZone: Mars/Olympus',
      'server:',
      '  prot: 80',
      '  tokens: [{name: a, sha256: xyz, scopes: [root], extra: 1}]',
      'retention: {log: 3 weeks}',
      'limits: 7',
      'sever: {}',
    ].join('\n')
    const found = mistakes(
      text,
      { ARTERIAL_SERVER_PORT: 'eighty', ARTERIAL_SERVR_HOST: 'x' },
      { 'server.host': 'a b' },
    )
    const all = found.map(({ path, message, where }) => `${path}: ${message} @ ${where}`)
    expect(all).toEqual(
      expect.arrayContaining([
        'city.latitude: 123 is not allowed; allowed: a number from -90 to 90 @ arterial.yaml:2',
        'city.timeZone: "Mars/Olympus" is not allowed; allowed: an IANA time zone, such as America/New_York @ arterial.yaml:3',
        'server.prot: unknown key; did you mean server.port? @ arterial.yaml:5',
        'server.tokens[0].sha256: "xyz" is not allowed; allowed: 64 hexadecimal digits @ arterial.yaml:6',
        'server.tokens[0].extra: unknown key; allowed: server.tokens[0].name, server.tokens[0].sha256, server.tokens[0].scopes @ arterial.yaml:6',
        'retention.log: "3 weeks" is not allowed; allowed: forever, or a number of days such as 30d @ arterial.yaml:7',
        'sever: unknown key; did you mean server? @ arterial.yaml:9',
        'server.port: "eighty" is not allowed; allowed: a whole number from 0 to 65535 @ ARTERIAL_SERVER_PORT',
        'ARTERIAL_SERVR_HOST: unknown key; did you mean ARTERIAL_SERVER_HOST? @ environment',
        'server.host: "a b" is not allowed; allowed: a host name or address; another than loopback only with server.tokens @ --host',
      ]),
    )
    expect(all.some(line => line.startsWith('limits: 7 is no section'))).toBe(true)
    expect(all.some(line => line.startsWith('server.tokens[0].scopes[0]: "root"'))).toBe(true)
    expect(found).toHaveLength(12)
  })

  it('come as one error whose message holds them all', () => {
    write('server: {port: -1}\ncity: {units: imperial}')
    expect(() => loadConfig({ cwd, env: {} })).toThrow(ConfigError)
    expect(() => loadConfig({ cwd, env: {} })).toThrow(/2 mistakes:[^]*metric or us[^]*server\.port: -1/)
  })

  it('name the line of broken YAML, of a repeated key and of a file that is no map', () => {
    expect(mistakes('a: [1\nb: 2')[0]?.where).toMatch(/^arterial\.yaml:\d+$/)
    expect(mistakes('city:\n  name: a\n  name: b')[0]).toMatchObject({ where: 'arterial.yaml:3' })
    expect(mistakes('- 1')[0]?.message).toContain('no configuration')
  })

  it.each([' ', 'a\u202eb', 'north\u200b'])('name a district %j that nobody sees', district => {
    const [mistake] = mistakes(`city: {districtFreeFlowKmh: {${JSON.stringify(district)}: 40}}`)
    expect(mistake?.message).toMatch(/not allowed/)
  })

  it('name a file that was asked for and is not there', () => {
    expect(inspectConfig({ cwd, env: {}, file: 'no.yaml' }).mistakes[0]?.message).toContain('ENOENT')
  })

  it('forbid another host without access tokens', () => {
    const token = `{name: a, sha256: ${'c'.repeat(64)}, scopes: [read]}`
    expect(mistakes('server: {host: 0.0.0.0}')[0]?.message).toContain('needs server.tokens')
    expect(mistakes(`server: {host: 0.0.0.0, tokens: [${token}]}`)).toEqual([])
    expect(mistakes(`server: {tokens: [${token}, ${token}]}`)[0]?.message).toContain('used twice')
    expect(mistakes('server: {host: "::1"}')).toEqual([])
    expect(mistakes('server: {host: 0.0.0.0, port: 70000}').map(({ path }) => path)).toEqual([
      'server.port',
      'server.host',
    ])
  })

  it('point from retention.bronze to the log', () => {
    expect(mistakes('retention: {bronze: 3d}')[0]?.message).toContain('set retention.log')
  })

  it('refuse a lake URL that carries a password', () => {
    expect(mistakes('lake: {url: "http://u:p@host:8123"}')[0]?.path).toBe('lake.url')
  })
})

describe('secrets', () => {
  const shown = (value: unknown) =>
    `${JSON.stringify(value)} ${inspect(value, { depth: 9 })} ${String(value)}`

  it('come from an environment variable or a file beside the configuration, and are never printed', () => {
    writeFileSync(join(cwd, 'password'), 'hunter2\n')
    const fromFile = load('lake: {password: "${file:password}"}')
    const fromEnv = load('lake: {password: "${env:PW}"}', { PW: 'hunter2' })
    const direct = load('', { ARTERIAL_LAKE_PASSWORD: 'hunter2' })
    for (const config of [fromFile, fromEnv, direct]) {
      expect(config.lake.password?.reveal()).toBe('hunter2')
      expect(shown(config)).not.toContain('hunter2')
      expect(String(config.lake.password)).toBe('***')
    }
  })

  it('are refused in plain text, without repeating them', () => {
    const found = mistakes('lake: {password: hunter2}')
    expect(found[0]?.message).toContain('a secret must not stand here')
    expect(shown(found)).not.toContain('hunter2')
    expect(shown(mistakes('lake: {password: [hunter2]}'))).not.toContain('hunter2')
  })

  it('say which reference leads nowhere', () => {
    expect(mistakes('lake: {password: "${env:NOPE}"}')[0]?.message).toContain('NOPE is not set')
    expect(mistakes('lake: {password: "${file:nope}"}')[0]?.message).toContain('ENOENT')
  })

  it('stay hidden when another field is wrong', () => {
    const found = mistakes('lake: {password: "${env:PW}", user: ""}', { PW: 'hunter2' })
    expect(found).toHaveLength(1)
    expect(shown(found)).not.toContain('hunter2')
  })
})
