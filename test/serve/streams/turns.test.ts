import { describe, expect, it } from 'vitest'
import { Turns } from '../../../src/serve/streams/turns.ts'

describe('changes that wait for each other', () => {
  it('are made one after the other, also after one that failed', async () => {
    const turns = new Turns()
    const seen: string[] = []
    const work = (name: string, fails = false) =>
      turns.take(async () => {
        seen.push(`${name} begins`)
        await new Promise(resolve => setTimeout(resolve, 1))
        seen.push(`${name} ends`)
        if (fails) throw new Error(name)
        return name
      })
    const results = await Promise.allSettled([work('a', true), work('b'), work('c')])
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  })

  it('are refused where too many wait, and taken again afterwards', async () => {
    const turns = new Turns()
    const gate = Promise.withResolvers<undefined>()
    const many = Array.from({ length: 20 }, () => turns.take(() => gate.promise))
    await expect(turns.take(() => Promise.resolve())).rejects.toMatchObject({ code: 'ART_DOOR_BUSY' })
    gate.resolve(undefined)
    await Promise.all(many)
    expect(await turns.take(() => Promise.resolve('done'))).toBe('done')
  })
})
