import { describe, expect, it } from 'vitest'
import { allowList, isAllowEntry, refusalOf } from '../../../../src/core/outbound/address/rules.ts'

const nothing = allowList([])
const refused = (address: string, host = address, allow: readonly string[] = []) =>
  refusalOf(address, host, allow.length === 0 ? nothing : allowList(allow))

describe('refusalOf', () => {
  it('lets public addresses pass', () => {
    for (const address of [
      '8.8.8.8',
      '1.1.1.1',
      '172.15.255.255',
      '172.32.0.1',
      '100.63.255.255',
      '100.128.0.1',
      '169.253.0.1',
      '192.0.1.1',
      '198.17.255.255',
      '223.255.255.255',
      '2606:4700::1111',
      '2a00:1450::1',
      '::ffff:8.8.8.8',
      '64:ff9b::8.8.8.8',
    ])
      expect(refused(address), address).toBeNull()
  })

  it.each([
    ['127.0.0.1', 'this machine'],
    ['127.255.255.255', 'this machine'],
    ['::1', 'this machine'],
    ['::ffff:127.0.0.1', 'this machine'],
    ['::ffff:7f00:1', 'this machine'],
    ['64:ff9b::127.0.0.1', 'this machine'],
    ['64:ff9b::7f00:1', 'this machine'],
    ['0.0.0.0', 'no address of one machine'],
    ['0.1.2.3', 'no address of one machine'],
    ['::', 'no address of one machine'],
    ['255.255.255.255', 'no address of one machine'],
    ['10.0.0.1', 'a private network'],
    ['172.16.0.1', 'a private network'],
    ['172.31.255.255', 'a private network'],
    ['192.168.1.1', 'a private network'],
    ['64:ff9b::192.168.1.1', 'a private network'],
    ['fc00::1', 'a private network'],
    ['fdff::1', 'a private network'],
    ['fec0::1', 'a private network'],
    ['100.64.0.1', "a provider's inner network"],
    ['169.254.1.1', 'the link only'],
    ['fe80::1', 'the link only'],
    ['febf::1', 'the link only'],
    ['224.0.0.1', 'a multicast group'],
    ['239.255.255.255', 'a multicast group'],
    ['ff02::1', 'a multicast group'],
    ['192.0.2.1', 'a range for documentation'],
    ['198.51.100.1', 'a range for documentation'],
    ['203.0.113.1', 'a range for documentation'],
    ['2001:db8::1', 'a range for documentation'],
    ['3fff::1', 'a range for documentation'],
    ['198.18.0.1', 'a reserved range'],
    ['240.0.0.1', 'a reserved range'],
    ['192.0.0.1', 'a reserved range'],
    ['64:ff9b:1::1', 'a reserved range'],
    ['2001::1', 'a reserved range'],
    ['::8.8.8.8', 'a reserved range'],
    ['::ffff:0:8.8.8.8', 'a reserved range'],
    ['100::1', 'a reserved range'],
    ['4000::1', 'a reserved range'],
    ['2002:7f00:1::', 'a tunnel'],
    ['169.254.169.254', 'where a cloud keeps its secrets'],
    ['::ffff:169.254.169.254', 'where a cloud keeps its secrets'],
    ['64:ff9b::a9fe:a9fe', 'where a cloud keeps its secrets'],
    ['fd00:ec2::254', 'where a cloud keeps its secrets'],
    ['100.100.100.200', 'where a cloud keeps its secrets'],
    ['168.63.129.16', 'where a cloud keeps its secrets'],
    ['fe80::1%eth0', 'no address that can be checked'],
    ['not an address', 'no address that can be checked'],
  ])('refuses %s: %s', (address, what) => {
    expect(refused(address)).toBe(what)
  })

  it('lets pass what an address, a network or a name allows', () => {
    expect(refused('127.0.0.1', 'x', ['127.0.0.1'])).toBeNull()
    expect(refused('::ffff:127.0.0.1', 'x', ['127.0.0.1'])).toBeNull()
    expect(refused('::1', 'x', ['127.0.0.1'])).toBe('this machine')
    expect(refused('::1', 'x', ['[::1]'])).toBeNull()
    expect(refused('10.20.3.4', 'x', ['10.20.0.0/16'])).toBeNull()
    expect(refused('10.21.0.1', 'x', ['10.20.0.0/16'])).toBe('a private network')
    expect(refused('10.0.0.1', 'cam.city.lan', ['CAM.city.lan.'])).toBeNull()
    expect(refused('10.0.0.1', 'cam.city.lan.', ['cam.city.lan'])).toBeNull()
    expect(refused('10.0.0.1', 'xcam.city.lan', ['cam.city.lan'])).toBe('a private network')
    expect(refused('10.0.0.1', 'a.cam.city.lan', ['cam.city.lan'])).toBe('a private network')
  })

  it('opens a cloud’s secrets to nothing but their own address', () => {
    expect(refused('169.254.169.254', 'm', ['m', '169.254.0.0/16', '0.0.0.0/0'])).toBe(
      'where a cloud keeps its secrets',
    )
    expect(refused('fd00:ec2::254', 'm', ['fd00::/8'])).toBe('where a cloud keeps its secrets')
    expect(refused('169.254.169.254', 'm', ['169.254.169.254'])).toBeNull()
  })

  it('does not follow an allowed name to the link, to groups or to reserved ranges', () => {
    for (const address of ['169.254.9.9', 'fe80::9', '224.0.0.9', '0.0.0.0', '240.0.0.9'])
      expect(refused(address, 'cam', ['cam']), address).not.toBeNull()
  })
})

describe('isAllowEntry', () => {
  it('takes names, addresses and networks', () => {
    for (const entry of [
      'cam.city.lan',
      'cam_1',
      'localhost',
      '10.0.0.1',
      '10.0.0.0/8',
      '::1',
      '[::1]',
      'fd00::/8',
    ])
      expect(isAllowEntry(entry), entry).toBe(true)
  })

  it('takes nothing that would be read in another way', () => {
    for (const entry of [
      '',
      '*',
      '*.lan',
      'http://a',
      'a:80',
      '10.1',
      '0x7f.1',
      '127',
      '10.0.0.0/33',
      'a b',
      'a/8',
      '.a',
    ])
      expect(isAllowEntry(entry), entry).toBe(false)
    expect(() => allowList(['*.lan'])).toThrow(RangeError)
  })
})
