import { describe, expect, it } from 'vitest'
import { changeText, isBreaking, isVersion, judgeSchema } from '../../../../src/app/catalog/schema/drift.ts'
import type { Look, Wants } from '../../../../src/app/catalog/schema/drift.ts'
import type { SchemaColumn, ValueType } from '../../../../src/serve/contract/intake/catalog.ts'

/** `a:number:double` is a column with what the portal calls it. */
const columns = (...texts: string[]): SchemaColumn[] =>
  texts.map(text => {
    const [name = '', type = 'text', declared = null] = text.split(':')
    return { name, type: type as ValueType, declared }
  })

function look(texts: string[], more: Partial<Look> & { filled?: number } = {}): Look {
  const { filled = 100 } = more
  const all = columns(...texts)
  const profiled = all.filter(({ type }) => type !== 'empty')
  return {
    profile: {
      rows: 100,
      hasAllColumns: true,
      blanks: [],
      columns: profiled.map(({ name, type }) => ({ name, type, filled, distinct: 1, example: null })),
    },
    told: all.filter(({ declared }) => declared !== null).map(({ name, declared: type }) => ({ name, type })),
    hasAllColumns: true,
    isWhole: true,
    ...more,
  }
}

const wants: Wants = {
  needs: [['id'], ['lat', 'point']],
  reads: ['id', 'lat', 'point', 'note'],
  typed: ['lat'],
}
const judged = (before: string[], now: Look, wanted = wants) => judgeSchema(columns(...before), now, wanted)
const said = (before: string[], now: Look, wanted = wants) =>
  judged(before, now, wanted).changes.map(one => `${changeText(one)}${one.breaking ? '!' : ''}`)

describe('the drift of a dataset', () => {
  it('that adds a column, or takes one away that nobody reads, is borne', () => {
    const before = ['id', 'lat:number', 'old']
    expect(said(before, look(['id', 'lat:number', 'new']))).toEqual(['new is new', 'old is gone'])
    expect(isBreaking(judged(before, look(['id', 'lat:number', 'new'])))).toBe(false)
  })

  it('that takes away what is needed breaks, unless another column stands in for it', () => {
    expect(judged(['id', 'lat:number'], look(['lat:number']))).toMatchObject({ lacking: ['no id'] })
    expect(said(['id', 'lat:number', 'note'], look(['id', 'lat:number']))).toEqual(['note is gone!'])
    const other = judged(['id', 'lat:number'], look(['id', 'point:object']))
    expect([other.lacking, isBreaking(other)]).toEqual([[], false])
    expect(judgeSchema(null, look(['id']), wants)).toMatchObject({
      changes: [],
      lacking: ['no lat or point'],
    })
  })

  it('that gives a column another type breaks where it is read as a number, by many values', () => {
    expect(said(['id', 'lat:number'], look(['id', 'lat:text']))).toEqual(['lat: number → text!'])
    expect(said(['id', 'lat:number', 'old:whole'], look(['id', 'lat:number', 'old:text']))).toEqual([
      'old: whole → text',
    ])
    expect(said(['id:whole', 'lat:number'], look(['id', 'lat:number']))).toEqual(['id: whole → text'])
    expect(said(['id', 'lat:text'], look(['id', 'lat:number']))).toEqual(['lat: text → number'])
    expect(said(['id', 'lat:whole'], look(['id', 'lat:number']))).toEqual(['lat: whole → number'])
    expect(said(['id', 'lat:number'], look(['id', 'lat:text'], { filled: 19 }))).toEqual([])
    expect(said(['id', 'lat:number'], look(['id', 'lat:whole']))).toEqual([])
    expect(said(['id', 'lat:number'], look(['id', 'lat:empty:number']))).toEqual([])
  })

  it('goes by the portal’s own types where it tells them before and now', () => {
    const before = ['id:text:text', 'lat:number:number', 'old:text:text']
    const now = look(['id:text:number', 'lat:number:number', 'old:text:point'])
    expect(said(before, now)).toEqual(['id: text → number!', 'old: text → point'])
    const silent = judged(before, look(['id', 'lat:number', 'old']))
    expect([silent.changes, silent.columns]).toEqual([[], columns(...before)])
  })

  it('takes nothing for gone where empty columns are left out, and needs nothing of rows that were touched', () => {
    const now = look(['id'], { hasAllColumns: false, isWhole: false })
    expect(judged(['id', 'lat:number', 'note'], now)).toMatchObject({ changes: [], lacking: [] })
    expect(judged(['id', 'lat:number', 'note'], now).columns).toHaveLength(3)
    expect(judged(['id', 'lat:number'], { ...now, isWhole: true }).lacking).toEqual(['no lat or point'])
  })

  it('may break by any column where nobody says what is read', () => {
    const any = { needs: [], reads: null, typed: [] }
    expect(said(['a', 'b:number'], look(['b:text']), any)).toEqual(['a is gone!', 'b: number → text!'])
  })

  it('compares names as the reader does', () => {
    const loose = { ...wants, plain: (name: string) => name.toLowerCase() }
    expect(judged(['ID', 'LAT:number'], look(['ID', 'LAT:text']), loose)).toMatchObject({
      lacking: [],
      changes: [{ column: 'LAT', breaking: true }],
    })
  })
})

describe('a file', () => {
  it('is a version of the dataset when it has any of what is needed', () => {
    expect(isVersion(columns('x', 'point'), wants)).toBe(true)
    expect(isVersion(columns('x', 'note'), wants)).toBe(false)
  })
})
