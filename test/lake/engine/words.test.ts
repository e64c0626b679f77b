import { describe, expect, it } from 'vitest'
import { wordsOf } from '../../../src/lake/engine/words.ts'

const texts = (sql: string) => [...wordsOf(sql)].map(word => word.text)

describe('wordsOf', () => {
  it('leaves out comments of every kind', () => {
    expect(texts('a -- x\nb /* ; */ c # y\nd #! z\ne')).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(texts('a /* never closed')).toEqual(['a'])
  })

  it('keeps quoted text in one piece, whatever is in it', () => {
    expect(texts(`'it''s; \\' -- x' "a;b" \`c\\\`d\``)).toEqual([`'it''s; \\' -- x'`, '"a;b"', '`c\\`d`'])
    expect(texts("$tag$ ' ; $tag$ x")).toEqual(["$tag$ ' ; $tag$", 'x'])
    expect(texts("'never closed ;")).toEqual(["'never closed ;"])
  })

  it('tells keywords from quoted names', () => {
    expect([...wordsOf('format `format` "FORMAT" 1')].map(word => word.key)).toEqual(['FORMAT', '', '', ''])
  })

  it('counts open brackets, and not below none', () => {
    const depths = [...wordsOf('a (b [c]) d ) e')].map(word => [word.text, word.depth])
    expect(Object.fromEntries(depths)).toMatchObject({ a: 0, b: 1, c: 2, d: 0, e: 0 })
  })

  it('tells where a word stands', () => {
    const sql = 'SELECT  été'
    expect([...wordsOf(sql)].map(word => sql.slice(word.start, word.end))).toEqual(['SELECT', 'été'])
  })
})
