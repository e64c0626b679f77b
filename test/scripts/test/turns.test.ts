import { describe, expect, it } from 'vitest'
import { Turns } from '../../../scripts/test/turns.ts'

function told(titles: readonly string[]) {
  const written: string[] = []
  const turns = new Turns(titles, words => written.push(Buffer.from(words).toString()))
  const says = (step: number, words: string) => turns.says(step, Buffer.from(words))
  return { turns, says, text: () => written.join('') }
}

describe('steps side by side', () => {
  it('speak in the order in which they are listed, whoever is over first', () => {
    const { turns, says, text } = told(['a', 'b', 'c'])
    says(2, 'c1 ')
    says(1, 'b1 ')
    turns.ends(2)
    says(0, 'a1 ')
    says(1, 'b2 ')
    turns.ends(1)
    turns.ends(0)
    expect(text()).toBe('\n── a\na1 \n── b\nb1 b2 \n── c\nc1 ')
  })

  it('are heard at once when it is their turn', () => {
    const { turns, says, text } = told(['a', 'b'])
    expect(text()).toBe('\n── a\n')
    says(0, 'a1 ')
    expect(text()).toBe('\n── a\na1 ')
    says(1, 'b1 ')
    turns.ends(0)
    says(1, 'b2')
    expect(text()).toBe('\n── a\na1 \n── b\nb1 b2')
  })

  it('keep the bytes as they came, also where a letter is cut in two', () => {
    const bytes: Uint8Array[] = []
    const turns = new Turns(['a', 'b'], words => bytes.push(words))
    const [first, second] = [Buffer.from([0xc3]), Buffer.from([0xa9])]
    turns.says(1, first)
    turns.ends(0)
    turns.says(1, second)
    expect(Buffer.concat(bytes).toString()).toBe('\n── a\n\n── b\né')
  })
})
