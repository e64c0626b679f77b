import { describe, expect, it } from 'vitest'
import { biMistakes } from '../../../../../src/core/config/sections/addresses/bi.ts'

const tokens = [{ name: 'planning', sha256: 'a', scopes: ['read'] }]
const paths = (bi: unknown, server: unknown = {}) => biMistakes(bi, server).map(({ path }) => path)

describe('the settings of the address for BI tools', () => {
  it('are fine where there is none, and on this machine', () => {
    expect(paths(undefined)).toEqual([])
    expect(paths({ host: '0.0.0.0' })).toEqual([])
    for (const host of ['127.0.0.1', '::1', 'localhost', undefined])
      expect(paths({ port: 8123, host })).toEqual([])
  })

  it('want a certificate with its key, and tokens, elsewhere', () => {
    const tls = { certFile: 'a.pem', keyFile: 'a.key' }
    expect(paths({ port: 8123, host: '0.0.0.0' }, { tokens })).toEqual(['bi.host'])
    expect(paths({ port: 8123, host: '0.0.0.0', ...tls })).toEqual(['bi.host'])
    expect(paths({ port: 8123, host: '0.0.0.0', ...tls }, { tokens })).toEqual([])
    expect(paths({ port: 8123, certFile: 'a.pem' })).toEqual(['bi.certFile'])
  })

  it('want a port of their own, and limits for tokens that there are', () => {
    expect(paths({ port: 8080 })).toEqual(['bi.port'])
    expect(paths({ port: 8123, limits: [{ token: 'planning' }, { token: 'no' }] }, { tokens })).toEqual([
      'bi.limits[1].token',
    ])
  })
})
