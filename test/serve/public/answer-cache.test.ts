import { describe, expect, it } from 'vitest'
import { AnswerCache } from '../../../src/serve/public/answer-cache.ts'
import type { Answer, CacheOptions } from '../../../src/serve/public/answer-cache.ts'

const answer = (text: string, status = 200): Answer => ({
  ...{ status, type: 'text/plain', lasts: true, retryAfter: null },
  body: Buffer.from(text),
})

/** A cache whose answers are made when the test says so. */
function cache(over: Partial<CacheOptions> = {}) {
  const clock = { ms: 0 }
  const made: string[] = []
  const kept = new AnswerCache({ maxBytes: 1e6, keepMs: 60_000, now: () => clock.ms, ...over })
  const get = async (key: string, status = 200) => {
    const { body } = await kept.get(key, async () => {
      made.push(key)
      return answer(key, status)
    })
    return body.toString()
  }
  return { kept, clock, made, get }
}

describe('the cache of answers', () => {
  it('makes an answer once for all who ask while it is made, and until it is too old', async () => {
    const { clock, made, get } = cache()
    expect(await Promise.all([get('a'), get('a'), get('b')])).toEqual(['a', 'a', 'b'])
    clock.ms = 59_999
    await get('a')
    expect(made).toEqual(['a', 'b'])
    clock.ms = 60_000
    await get('a')
    expect(made).toEqual(['a', 'b', 'a'])
  })

  it('keeps what does not last for a second only', async () => {
    const { kept, clock } = cache()
    let made = 0
    const ask = () =>
      kept.get('a', async () => {
        made++
        return { ...answer('a'), lasts: false }
      })
    await ask()
    clock.ms = 999
    await ask()
    expect(made).toBe(1)
    clock.ms = 1_000
    await ask()
    expect(made).toBe(2)
  })

  it('keeps no refusal and no failure', async () => {
    const { kept, made, get } = cache()
    await get('a', 404)
    await get('a', 404)
    expect(made).toEqual(['a', 'a'])
    await expect(kept.get('b', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
    expect(await get('b')).toBe('b')
  })

  it('takes no more memory than it may: what was asked for least recently goes, and what is too large never comes', async () => {
    const { kept, made, get } = cache({ maxBytes: 5_000 })
    for (const key of ['a', 'b', 'c']) await get(key)
    await get('a')
    for (let n = 0; n < 7; n++) await get(`more ${n}`)
    await get('a')
    await get('b')
    expect(made.filter(key => key === 'a' || key === 'b')).toEqual(['a', 'b', 'b'])
    for (let n = 0; n < 2; n++)
      await kept.get('large', async () => {
        made.push('large')
        return answer('x'.repeat(2_000))
      })
    expect(made.filter(key => key === 'large')).toHaveLength(2)
  })

  it('makes a few at once, lets others wait, and sends away whom it could not serve soon', async () => {
    const { kept } = cache({ atOnce: 2, mostWaiting: 1 })
    const open: (() => void)[] = []
    let running = 0
    let most = 0
    const slow = async () => {
      most = Math.max(most, ++running)
      await new Promise<void>(resolve => open.push(resolve))
      running--
      return answer('slow')
    }
    const asked = ['a', 'b', 'c'].map(key => kept.get(key, slow))
    await expect(kept.get('d', slow)).rejects.toMatchObject({ code: 'ART_PUBLIC_BUSY' })
    for (let n = 0; n < 3; n++) {
      await expect.poll(() => open.length).toBeGreaterThan(0)
      open.shift()?.()
    }
    await Promise.all(asked)
    expect(most).toBe(2)
    open.length = 0
    void kept.get('e', slow)
    await expect.poll(() => open.length).toBe(1)
    open[0]?.()
  })
})
