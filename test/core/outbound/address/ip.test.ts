import { describe, expect, it } from 'vitest'
import { isWithin, parseIp, parseNetwork } from '../../../../src/core/outbound/address/ip.ts'

const hex = (text: string) => {
  const ip = parseIp(text)
  return ip === null ? null : Buffer.from(ip).toString('hex')
}

describe('parseIp', () => {
  it('reads both families, and IPv4 inside IPv6 as IPv4', () => {
    expect(hex('10.1.2.3')).toBe('00000000000000000000ffff0a010203')
    expect(hex('::ffff:10.1.2.3')).toBe(hex('10.1.2.3'))
    expect(hex('::ffff:a01:203')).toBe(hex('10.1.2.3'))
    expect(hex('::')).toBe('0'.repeat(32))
    expect(hex('::1')).toBe(`${'0'.repeat(31)}1`)
    expect(hex('fe80::')).toBe(`fe80${'0'.repeat(28)}`)
    expect(hex('2001:db8:1:2:3:4:5:6')).toBe('20010db8000100020003000400050006')
    expect(hex('64:ff9b::10.0.0.1')).toBe('0064ff9b00000000000000000a000001')
  })

  it('takes no name, no zone, no octal and no short form', () => {
    for (const text of [
      'localhost',
      'fe80::1%eth0',
      '0177.0.0.1',
      '127.1',
      '',
      '1.2.3',
      '1.2.3.4.5',
      '[::1]',
    ])
      expect(parseIp(text), text).toBeNull()
  })
})

describe('parseNetwork', () => {
  it('covers what its prefix says', () => {
    const covers = (network: string, ip: string) => isWithin(parseIp(ip)!, parseNetwork(network)!)
    expect(covers('10.0.0.0/8', '10.255.0.1')).toBe(true)
    expect(covers('10.0.0.0/8', '11.0.0.1')).toBe(false)
    expect(covers('172.16.0.0/12', '172.31.255.255')).toBe(true)
    expect(covers('172.16.0.0/12', '172.32.0.0')).toBe(false)
    expect(covers('10.0.0.1', '10.0.0.2')).toBe(false)
    expect(covers('0.0.0.0/0', '8.8.8.8')).toBe(true)
    expect(covers('0.0.0.0/0', '2600::1')).toBe(false)
    expect(covers('fd00::/8', 'fd12::1')).toBe(true)
    expect(covers('fc00::/7', 'fe00::1')).toBe(false)
  })

  it('takes no wrong prefix', () => {
    for (const text of [
      '10.0.0.0/33',
      '::/129',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '10.0.0.0/-1',
      '10.0.0.0/1e1',
      'x/8',
    ])
      expect(parseNetwork(text), text).toBeNull()
  })
})
