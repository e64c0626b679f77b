import { describe, expect, it } from 'vitest'
import { parseTarget, showAddress } from '../../../../src/core/outbound/address/target.ts'
import { OutboundAddressError } from '../../../../src/core/outbound/outbound-error.ts'

describe('parseTarget', () => {
  it('says which host and port are meant, however they are spelled', () => {
    for (const spelling of [
      'http://127.0.0.1/',
      'http://127.1/',
      'http://2130706433/',
      'http://0x7f000001/',
      'http://0x7f.0.0.1/',
      'http://0177.0.0.1/',
      'http://127.0.0.1./',
      'http://①②⑦.⓪.⓪.①/',
      'http://127%2e0%2e0%2e1/',
    ])
      expect(parseTarget(spelling), spelling).toMatchObject({ host: '127.0.0.1', isAddress: true, port: 80 })
    expect(parseTarget('https://LOCALHOST.:8443/a?b')).toMatchObject({
      host: 'localhost',
      isAddress: false,
      port: 8443,
      secure: true,
    })
    expect(parseTarget('http://[::FFFF:127.0.0.1]/')).toMatchObject({
      host: '::ffff:7f00:1',
      isAddress: true,
    })
  })

  it.each([
    'file:///etc/passwd',
    'gopher://host/',
    'ftp://host/',
    'data:text/plain,a',
    'javascript:1',
    'blob:http://host/1',
    'ws://host/',
    'http://user@host/',
    'http://user:pass@host/',
    'http://host@127.0.0.1/',
    'http://:@/',
    'http://ho st/',
    'http://host\\@127.0.0.1/',
    'http://host/\r\nX: y',
    ' http://host/',
    'http://[fe80::1%25eth0]/',
    'http://[fe80::1%eth0]/',
    'http://256.1.1.1/',
    'http://host..a/',
    'http://%00/',
    '//host/',
    'host',
    '',
    `http://host/${'a'.repeat(3000)}`,
  ])('refuses %j', text => {
    expect(() => parseTarget(text)).toThrow(OutboundAddressError)
  })
})

describe('showAddress', () => {
  it('keeps user, password, query and fragment out of sight', () => {
    expect(showAddress('https://u:p@host:8443/a/b?key=secret#part')).toBe('https://host:8443/a/b?…')
    expect(showAddress('https://u:p@ho st/a?key=secret')).not.toMatch(/secret|u:p/)
    expect(showAddress('https://u:p/w@host/?key=secret')).not.toContain('secret')
    expect(showAddress('data:text/plain,secret?')).not.toContain('\n')
  })

  it('shows what would steer a terminal as an escape', () => {
    expect(showAddress('no\u001b[2Jurl')).toBe('no\\u001b[2Jurl')
  })
})
