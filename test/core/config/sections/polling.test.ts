import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeMistake, inspectConfig, Secret } from '../../../../src/core/config/index.ts'

const cwd = mkdtempSync(join(tmpdir(), 'polling-'))
afterAll(() => rmSync(cwd, { recursive: true }))

function inspected(feed: string, env: NodeJS.ProcessEnv = {}) {
  writeFileSync(join(cwd, 'arterial.yaml'), `polling:\n  feeds:\n    - ${feed}\n`)
  const { config, mistakes } = inspectConfig({ cwd, env })
  return { feed: config?.polling.feeds[0], mistakes: mistakes.map(describeMistake).join('\n') }
}

describe('polling.feeds', () => {
  it('has defaults for all but name, address and format', () => {
    expect(inspected('{name: a, url: "https://a.org/", preset: nws}').feed).toMatchObject({
      intervalS: 600,
      cron: null,
      timeoutS: 60,
      maxBytes: 16 * 2 ** 20,
      keepHours: 24,
      headers: {},
    })
  })

  it('takes secrets by reference, and shows them nowhere', () => {
    const { feed, mistakes } = inspected(
      '{name: a, url: "https://a.org/", preset: nws, headers: {X-Api-Key: "${env:KEY}", User-Agent: me}}',
      { KEY: 'hidden' },
    )
    expect(mistakes).toBe('')
    const key = feed?.headers['X-Api-Key']
    expect(key instanceof Secret && key.reveal()).toBe('hidden')
    expect(feed?.headers['User-Agent']).toBe('me')
    expect(JSON.stringify(feed)).not.toContain('hidden')
  })

  it.each([
    [
      'headers: {Authorization: Bearer hidden}',
      'feeds[0].headers.Authorization: a secret must not stand here',
    ],
    ['query: {appid: hidden}', 'feeds[0].query.appid: a secret must not stand here'],
    ['url: "https://me:hidden@a.org/"', 'feeds[0].url: a secret must not stand here'],
    ['url: "https://a.org/?api_key=hidden"', 'feeds[0].url: a secret must not stand here'],
    [
      'headers: {X-Api-Key: "${env:NONE}"}',
      'feeds[0].headers.X-Api-Key: the environment variable NONE is not set',
    ],
    ['name: A B', 'feeds[0].name: "A B" is not allowed'],
    ['url: "ftp://a.org"', 'an http or https address'],
    ['intervalS: 1', 'a duration from 5 s'],
    ['mapping: {format: json}, stream: weather', 'has no preset and no mapping, or both'],
    ['colour: red', 'feeds[0].colour: unknown key'],
  ])('refuses %s without repeating what may be a secret', (setting, words) => {
    const base: Record<string, string> = { name: 'a', url: '"https://a.org/"', preset: 'nws' }
    const [key = ''] = setting.split(':', 1)
    const rest = Object.entries(base)
      .filter(([name]) => name !== key)
      .map(([name, value]) => `${name}: ${value}`)
    const { mistakes } = inspected(`{${[...rest, setting].join(', ')}}`)
    expect(mistakes).toContain(words)
    expect(mistakes).not.toContain('hidden')
    expect(mistakes.split('\n')).toHaveLength(1)
  })

  it('wants names of their own', () => {
    const one = '{name: a, url: "https://a.org/", preset: nws}'
    expect(inspected(`${one}\n    - ${one}`).mistakes).toContain('feeds[1].name: "a" is used twice')
  })
})
