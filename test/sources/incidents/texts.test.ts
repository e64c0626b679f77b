import { describe, expect, it } from 'vitest'
import { normalText } from '../../../src/sources/incidents/texts.ts'

describe('normalText', () => {
  it('takes padding and repeated blanks of every width away', () => {
    expect(normalText('  Two  vehicle\u00a0 incident.\r\n Blocking\tthe lane  ')).toBe(
      'Two vehicle incident. Blocking the lane',
    )
  })

  it('unescapes HTML entities once, and leaves other ampersands', () => {
    expect(normalText('5 Avenue &amp; 7 Street &quot;SW&quot; &#39;x&#39;')).toBe(
      '5 Avenue & 7 Street "SW" \'x\'',
    )
    expect(normalText('EB & WB &unknown; &amp;lt;')).toBe('EB & WB &unknown; &lt;')
  })

  it('takes away what nobody sees', () => {
    expect(normalText('Deerfoot\u200b Trail\u0007')).toBe('Deerfoot Trail')
  })

  it('is null where nothing is left', () => {
    for (const value of [null, undefined, '', '   ', '\u200b', '&nbsp;']) expect(normalText(value)).toBeNull()
  })

  it('writes a number as it stands', () => {
    expect(normalText(12)).toBe('12')
  })
})
