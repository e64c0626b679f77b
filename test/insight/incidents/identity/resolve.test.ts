import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveIncidents } from '../../../../src/insight/incidents/identity/resolve.ts'
import type { Apart, IncidentVersion } from '../../../../src/insight/incidents/identity/version.ts'
import { north, version } from './reports.ts'

const resolved = (versions: readonly IncidentVersion[], apart: readonly Apart[] = []) =>
  resolveIncidents(versions, apart)
const ids = (versions: readonly IncidentVersion[], apart?: readonly Apart[]) =>
  resolved(versions, apart).map(({ id }) => id)
/** Event by id, of what is linked. */
const events = (versions: readonly IncidentVersion[], apart?: readonly Apart[]) =>
  Object.fromEntries(resolved(versions, apart).map(({ id, link }) => [id, link?.event ?? null]))

describe('the newest version of a report', () => {
  it('is the one that was modified last, whatever the order in which they came', () => {
    const [old, late] = [
      version('a'),
      version('a', { updatedAtMs: Date.parse('2017-05-01T15:00:00Z'), title: 'x' }),
    ]
    for (const given of [
      [old, late],
      [late, old],
    ]) {
      const [incident] = resolved(given)
      expect(incident?.facts.title).toBe('x')
      expect(incident?.versions.map(({ title }) => title)).toEqual([old.title, 'x'])
    }
  })

  it('is, of versions of one instant, one with an id before one without, then by content', () => {
    const row = version('noid/1', { quadrant: 'NW' })
    expect(resolved([version('a'), row])[0]?.facts.quadrant).toBe('NE')
    const [x, y] = [version('a', { quadrant: 'SE' }), version('a', { quadrant: 'SW' })]
    const newest = x.content > y.content ? x : y
    expect(resolved([x, y])[0]?.facts).toEqual(newest)
    expect(resolved([y, x])[0]?.facts).toEqual(newest)
  })

  it('may take the report away; what it said before is still told, and linked to nothing', () => {
    const gone = version('a', {
      updatedAtMs: Date.parse('2017-06-01T00:00:00Z'),
      withdrawn: true,
      title: null,
    })
    const [a, b] = resolved([version('a'), gone, version('b', { latitude: 51.06 + north(500) })])
    expect(a).toMatchObject({ withdrawn: true, link: null, linkedIds: [], facts: { withdrawn: false } })
    expect(b).toMatchObject({ withdrawn: false, link: null })
  })

  it('decides in which second the report belongs', () => {
    const moved = version('a', {
      startedAtMs: Date.parse('2017-06-01T00:00:00Z'),
      updatedAtMs: Date.parse('2017-06-02T00:00:00Z'),
    })
    expect(events([version('a'), moved, version('b')])).toEqual({ a: null, b: null })
    expect(resolved([version('a'), moved])).toHaveLength(1)
  })
})

describe('a row without an id', () => {
  const at = (metres: number) => ({ latitude: 51.06 + north(metres) })

  it('joins the report of the same second within 15 m', () => {
    const [incident, ...others] = resolved([version('a'), version('noid/1', at(14.9))])
    expect(others).toEqual([])
    expect(incident).toMatchObject({ id: 'a', joined: [{ id: 'noid/1', isSameText: true }] })
    expect(incident?.versions).toHaveLength(2)
    expect(ids([version('a'), version('noid/1', at(15.1))])).toEqual(['a', 'noid/1'])
    expect(
      ids([version('a'), version('noid/1', { startedAtMs: version('a').startedAtMs + 1000 })]),
    ).toHaveLength(2)
  })

  it('joins the one with the same text, though another is nearer', () => {
    const other = version('a', { ...at(1), title: 'elsewhere' })
    const same = version('b', { ...at(10), title: '16 AVENUE and Centre Street N' })
    const found = resolved([other, same, version('noid/1')])
    expect(found.find(({ id }) => id === 'b')?.joined).toHaveLength(1)
    expect(found.find(({ id }) => id === 'a')?.joined).toHaveLength(0)
  })

  it('knows a text that an earlier version of the report had', () => {
    const later = version('b', {
      ...at(10),
      updatedAtMs: Date.parse('2017-05-01T16:00:00Z'),
      title: 'cleared',
    })
    const found = resolved([
      version('a', { ...at(1), title: 'elsewhere' }),
      version('b', at(10)),
      later,
      version('noid/1'),
    ])
    expect(found.find(({ id }) => id === 'b')?.joined).toHaveLength(1)
  })

  it('stays a report of its own where none has an id, or an operator says so', () => {
    expect(ids([version('noid/1')])).toEqual(['noid/1'])
    const apart = [{ id: 'noid/1', otherId: 'a' }]
    expect(events([version('a'), version('noid/1')], apart)).toEqual({ a: null, 'noid/1': null })
  })

  it('stays with its report when that is withdrawn', () => {
    const gone = version('a', { updatedAtMs: Date.parse('2017-06-01T00:00:00Z'), withdrawn: true })
    expect(resolved([version('a'), gone, version('noid/1', at(2))])).toMatchObject([
      { id: 'a', withdrawn: true },
    ])
  })
})

describe('reports of one event', () => {
  const at = (metres: number, over: Partial<IncidentVersion> = {}) => ({
    latitude: 51.06 + north(metres),
    ...over,
  })

  it('begin in the same second within 3 km, whatever their text', () => {
    expect(events([version('a'), version('b', at(2_999))])).toEqual({ a: null, b: 'a' })
    expect(events([version('a'), version('b', at(2_999, { title: 'reopened' }))])).toEqual({
      a: null,
      b: 'a',
    })
    expect(events([version('a'), version('b', at(3_001))])).toEqual({ a: null, b: null })
  })

  it('are stood for by the one that was there first', () => {
    const first = version('z', { updatedAtMs: version('a').updatedAtMs - 60_000 })
    expect(events([version('a', at(100)), first])).toEqual({ a: 'z', z: null })
    const [a] = resolved([version('a', at(100)), first])
    expect(a).toMatchObject({ linkedIds: ['z'], link: { to: 'z', isSameText: true } })
    expect(a?.link?.distanceM).toBeCloseTo(100, 0)
  })

  it('are found through each other', () => {
    const found = resolved([version('a'), version('b', at(2_500)), version('c', at(5_000))])
    expect(found.map(({ link }) => [link?.to ?? null, link?.event ?? null])).toEqual([
      [null, null],
      ['a', 'a'],
      ['b', 'a'],
    ])
    expect(found[0]?.linkedIds).toEqual(['b', 'c'])
  })

  it('are kept apart by an operator, also through a third', () => {
    const three = [version('a'), version('b', at(100)), version('c', at(150))]
    expect(events(three)).toEqual({ a: null, b: 'a', c: 'a' })
    expect(events(three, [{ id: 'c', otherId: 'a' }])).toEqual({ a: null, b: null, c: 'b' })
    expect(events(three, [{ id: 'a', otherId: 'elsewhere' }])).toEqual({ a: null, b: 'a', c: 'a' })
  })
})

describe('what is found', () => {
  const pool = ['a', 'b', 'c', 'noid/1', 'noid/2'].flatMap(id =>
    [0, 8, 900, 4_000].flatMap(metres =>
      [0, 60_000].flatMap(later =>
        ['x', 'y'].map(title =>
          version(id, {
            latitude: 51.06 + north(metres),
            updatedAtMs: Date.parse('2017-05-01T15:00:00Z') + later,
            startedAtMs: Date.parse('2017-05-01T14:00:00Z') + (metres === 900 ? 1000 : 0),
            title,
            withdrawn: title === 'y' && metres === 4_000,
          }),
        ),
      ),
    ),
  )
  const some = fc.uniqueArray(fc.integer({ min: 0, max: pool.length - 1 }), { maxLength: 12 })
  const pairs = fc.array(
    fc.record({ id: fc.constantFrom('a', 'b'), otherId: fc.constantFrom('c', 'noid/1') }),
    {
      maxLength: 2,
    },
  )
  const given = (indexes: readonly number[]) => indexes.flatMap(i => pool[i] ?? [])

  it('is the same in any order, and with repeats', () => {
    fc.assert(
      fc.property(
        some,
        pairs,
        fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
        (indexes, apart, order) => {
          const shuffled = given(indexes)
            .map((one, i) => ({ one, at: order[i] ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ one }) => one)
          const expected = resolved(given(indexes), apart)
          expect(resolved(shuffled, apart)).toEqual(expected)
          expect(resolved([...shuffled, ...shuffled], apart.toReversed())).toEqual(expected)
        },
      ),
      { seed: 10, numRuns: 300 },
    )
  })

  it('has every version once, and each report in one incident', () => {
    fc.assert(
      fc.property(some, indexes => {
        const found = resolved(given(indexes))
        const contents = found.flatMap(({ versions }) => versions.map(({ content }) => content))
        expect(contents.toSorted()).toEqual(
          given(indexes)
            .map(({ content }) => content)
            .toSorted(),
        )
        const stands = new Set(found.filter(({ link }) => link === null).map(({ id }) => id))
        for (const { link } of found) if (link !== null) expect(stands.has(link.event)).toBe(true)
      }),
      { seed: 11, numRuns: 300 },
    )
  })

  it('is no other when other seconds are left out', () => {
    fc.assert(
      fc.property(some, pairs, (indexes, apart) => {
        const all = resolved(given(indexes), apart)
        for (const second of new Set(all.map(({ facts }) => facts.startedAtMs))) {
          const here = new Set(given(indexes).flatMap(one => (one.startedAtMs === second ? [one.id] : [])))
          const alone = resolved(
            given(indexes).filter(({ id }) => here.has(id)),
            apart,
          )
          const isHere = ({ facts }: { facts: IncidentVersion }) => facts.startedAtMs === second
          expect(alone.filter(isHere)).toEqual(all.filter(isHere))
        }
      }),
      { seed: 12, numRuns: 200 },
    )
  })
})
