import { describe, expect, it } from 'vitest'
import { scan, scanner } from './scanned.ts'

const GOOD = { sensor_id: 'S', timestamp: '2026-03-15T11:59:30Z', vehicle_count: 1 }
const line = (change: object) => JSON.stringify({ ...GOOD, ...change })
const BLANK = [' ', '   ', '\u00a0\u3000', '\u3164', '\u200b']
const UNSEEN = ['a\u200db', 'a\u00adb', 'a\u202eb', 'é\u2066', '\u061c']

describe('an id that nobody sees', () => {
  it.each([...BLANK, ...UNSEEN])('%j is refused as any of the ids, however its line is written', id => {
    for (const field of ['sensor_id', 'intersection_id', 'district']) {
      const plain = line({ [field]: id })
      const { rejects, rows } = scan([line({}), plain, ` ${plain}`, plain.replaceAll(' ', '\\u0020')])
      expect(rejects.map(({ position, reasons }) => [position, reasons])).toEqual(
        [1, 2, 3].map(position => [position, [`${field}_range`]]),
      )
      expect(rows).toHaveLength(1)
    }
  })

  it('was taken under the rules of the first version', () => {
    const lines = [...BLANK, ...UNSEEN].map(id => line({ sensor_id: id, intersection_id: id, district: id }))
    const { rejects } = scan([...lines, line({ sensor_id: 'a\u0007' })], scanner({ visibleIds: false }))
    expect(rejects.map(({ position, reasons }) => [position, reasons])).toEqual([
      [lines.length, ['sensor_id_range']],
    ])
  })

  it('is told from one with blanks around or inside', () => {
    expect(scan([' a', 'a ', 'a b'].map(id => line({ sensor_id: id }))).rejects).toEqual([])
  })
})
