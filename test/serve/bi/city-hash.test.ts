import { describe, expect, it } from 'vitest'
import { cityHash128 } from '../../../src/serve/bi/city-hash.ts'

/** What Python's clickhouse-cityhash 1.0.2 says of bytes (7 i + i div 13) mod 256: lengths at the borders of its ways. */
const SAYS: readonly (readonly [number, string])[] = [
  [8, '105754671782433565648885570483930349798'],
  [15, '146001220935815567660859006598045748711'],
  [16, '73244737823836213552847809544562068233'],
  [20, '16849872666702549439616246881148608465'],
  [31, '39864477400317865725017178224050838746'],
  [32, '22862248113665622397061790407853519970'],
  [127, '306885985622520357829959485567187917527'],
  [128, '307540918764280125551333009170032471851'],
  [129, '152690903380036908721804692912050319886'],
  [255, '112190665541468726148803475761558045336'],
  [300, '196507132923890890567763637122681282931'],
  [70_000, '206327817902070282293086991035980957768'],
]

describe('the checksum of a block', () => {
  it.each(SAYS)('of %i bytes is what another implementation says', (length, says) => {
    const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 7 + Math.floor(i / 13)) % 256))
    const hash = cityHash128(bytes)
    expect((hash.readBigUInt64LE(0) << 64n) + hash.readBigUInt64LE(8)).toBe(BigInt(says))
  })
})
