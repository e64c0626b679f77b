import { describe, expect, it } from 'vitest'
import { inspectConfig } from '../../../../../src/core/config/index.ts'

const given = (env: Readonly<Record<string, string>>) => inspectConfig({ env, cwd: '/' })
const mistakes = (env: Readonly<Record<string, string>>) =>
  given(env).mistakes.map(({ path, message }) => `${path}: ${message}`)

describe('the settings of the public address', () => {
  it('have none until a port is given', () => {
    expect(given({}).config?.public).toMatchObject({ port: null, host: '127.0.0.1', trustedProxies: [] })
    expect(given({ ARTERIAL_PUBLIC_PORT: '8090' }).config?.public.port).toBe(8090)
  })

  it('refuse the port of the other address, and proxies that are no addresses', () => {
    const twice = mistakes({ ARTERIAL_PUBLIC_PORT: '8080' })
    expect(twice).toEqual(['public.port: 8080 is server.port too; allowed: a port of its own, or null'])
    expect(mistakes({ ARTERIAL_PUBLIC_PORT: '0', ARTERIAL_SERVER_PORT: '0' })).toEqual([])
    expect(mistakes({ ARTERIAL_PUBLIC_TRUSTED_PROXIES: '["proxy.example"]' })[0]).toContain(
      'allowed: an address, or a network such as 10.20.0.0/16',
    )
    const good = given({ ARTERIAL_PUBLIC_TRUSTED_PROXIES: '["10.0.0.0/8", "fd12::/48"]' })
    expect(good.config?.public.trustedProxies).toEqual(['10.0.0.0/8', 'fd12::/48'])
  })
})
