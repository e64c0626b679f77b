import { describe, expect, it } from 'vitest'
import { hasUnseen, isVisible, printableLine, printableLines } from '../../../src/core/text/printable.ts'

describe('printable text', () => {
  it.each(['\u001b[31m', '\u0007', '\u009b', '\u200b', '\u202e', '\u2066', '\ufeff', '\u2028', '\r'])(
    'shows %j as an escape',
    unseen => {
      expect(hasUnseen(`a${unseen}b`)).toBe(true)
      expect(hasUnseen(printableLine(`a${unseen}b`))).toBe(false)
      expect(hasUnseen(printableLines(`a${unseen}b`))).toBe(false)
    },
  )

  it.each(['', ' ', '\u00a0\u3000', '\u3164', '\u2800', '\ufe0f', 'a\u200db', 'a\u00adb', 'a\tb'])(
    'does not take %j for an id that is seen',
    id => expect(isVisible(id)).toBe(false),
  )

  it.each(['a', ' a ', 'a b', 'é', 'e\u0301', '交通', '❤️'])('takes %j for one', id =>
    expect(isVisible(id)).toBe(true),
  )

  it('leaves lines and every script as they are', () => {
    const text = 'Straße\t交通 🚦\nالطريق'
    expect(printableLines(text)).toBe(text)
    expect(printableLine('a\nb')).toBe('a\\u000ab')
  })

  it('keeps JSON the same document', () => {
    const value = { name: 'a\u202eb\u{e0001}' }
    expect(JSON.parse(printableLines(JSON.stringify(value)))).toEqual(value)
  })
})
