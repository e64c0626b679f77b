import { describe, expect, it } from 'vitest'
import { publicCityOf } from '../../../web/src/api/public-city.tsx'
import { status } from '../../serve/fake-deps.ts'

const page = (content: string | null) => ({
  querySelector: (selector: string) =>
    selector === 'meta[name="arterial-public"]' && content !== null ? { getAttribute: () => content } : null,
})
const of = (content: string | null) => publicCityOf(page(content))

describe('where the page stands', () => {
  it('is the public address of a city where the server says so', () => {
    expect(of(null)).toBeNull()
    expect(of(JSON.stringify(status.city))).toEqual(status.city)
    expect(() => of('{"name": "Calgary"}')).toThrow()
  })
})
