import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { changesOfTzif } from '../../scripts/zones.ts'

const s = (text: string) => Date.parse(text) / 1000
const FROM = s('2000-01-01T00:00:00Z')
const TO = s('2038-01-01T00:00:00Z')

/** A TZif file of version 2 (RFC 9636) with these changes and this rule for what comes after. */
function tzif(
  changes: readonly (readonly [atS: number, offsetS: number])[],
  first: number,
  rule: string,
): Buffer {
  const offsets = [...new Set([first, ...changes.map(([, offset]) => offset)])]
  const block = (timeBytes: number, count: number) => {
    const head = Buffer.alloc(44)
    head.write('TZif2', 'latin1')
    head.writeUInt32BE(count, 32)
    head.writeUInt32BE(offsets.length, 36)
    head.writeUInt32BE(4, 40)
    const times = Buffer.alloc(count * (timeBytes + 1))
    changes.slice(0, count).forEach(([atS, offset], i) => {
      times.writeBigInt64BE(BigInt(atS), i * 8)
      times.writeUInt8(offsets.indexOf(offset), count * 8 + i)
    })
    const types = Buffer.alloc(offsets.length * 6)
    offsets.forEach((offset, i) => types.writeInt32BE(offset, i * 6))
    return Buffer.concat([head, times, types, Buffer.from('ABC\0')])
  }
  return Buffer.concat([block(4, 0), block(8, changes.length), Buffer.from(`\n${rule}\n`)])
}

describe('changesOfTzif', () => {
  it('goes on by the rule where the list of changes ends', () => {
    const file = tzif([[s('1999-10-31T09:00:00Z'), -25_200]], -25_200, 'MST7MDT,M3.2.0,M11.1.0')
    const { first, changes } = changesOfTzif(file, FROM, TO)
    expect(first).toBe(-25_200)
    expect(changes).toHaveLength(76)
    expect(changes[0]).toEqual({ atS: s('2000-03-12T09:00:00Z'), offsetS: -21_600 })
    expect(changes.at(-1)).toEqual({ atS: s('2037-11-01T08:00:00Z'), offsetS: -25_200 })
  })

  it('stays where the rule has one offset', () => {
    const list = [
      [s('1999-10-31T09:00:00Z'), -25_200],
      [s('2026-03-08T09:00:00Z'), -21_600],
    ] as const
    expect(changesOfTzif(tzif(list, -25_200, 'CST6'), FROM, TO)).toEqual({
      first: -25_200,
      changes: [{ atS: s('2026-03-08T09:00:00Z'), offsetS: -21_600 }],
    })
  })

  it('reads rules of the southern half, quarter hours and times before midnight', () => {
    const chatham = changesOfTzif(
      tzif([], 45_900, '<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45'),
      FROM,
      s('2001-01-01T00:00:00Z'),
    )
    expect(chatham.changes).toEqual([
      { atS: s('2000-04-01T14:00:00Z'), offsetS: 45_900 },
      { atS: s('2000-09-23T14:00:00Z'), offsetS: 49_500 },
    ])
    const nuuk = changesOfTzif(
      tzif([], -7200, '<-02>2<-01>,M3.5.0/-1,M10.5.0/0'),
      s('2024-01-01T00:00:00Z'),
      s('2025-01-01T00:00:00Z'),
    )
    expect(nuuk.changes).toEqual([
      { atS: s('2024-03-31T01:00:00Z'), offsetS: -3600 },
      { atS: s('2024-10-27T01:00:00Z'), offsetS: -7200 },
    ])
  })

  it('refuses what is no such file, and a rule it does not know', () => {
    expect(() => changesOfTzif(Buffer.from('PK'), FROM, TO)).toThrow(/no TZif/)
    expect(() => changesOfTzif(tzif([], 0, 'XXX0YYY,J60,J300'), FROM, TO)).toThrow(/rule "XXX0YYY/)
  })

  const system = '/usr/share/zoneinfo/America/New_York'
  it.skipIf(!existsSync(system))('reads the zone files of this machine (skipped where it has none)', () => {
    const { changes } = changesOfTzif(readFileSync(system), FROM, TO)
    expect(changes.find(({ atS }) => atS > s('2024-01-01T00:00:00Z'))).toEqual({
      atS: s('2024-03-10T07:00:00Z'),
      offsetS: -14_400,
    })
  })
})
