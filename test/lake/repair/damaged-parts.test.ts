import { describe, expect, it } from 'vitest'
import { EngineQueryError } from '../../../src/core/errors.ts'
import type { Engine } from '../../../src/lake/engine/index.ts'
import { checkParts, damagedBehind, partNamedIn } from '../../../src/lake/repair/damaged-parts.ts'

const PARTS = [
  { table: 'silver.readings', part: 'a_1_1_0' },
  { table: 'silver.readings', part: 'b_1_1_0' },
]
type Answer = string | Error | null

/** An engine with two parts; each check of one gets the next answer: what is wrong, an error, or null. */
function engineOf(answers: Record<string, Answer[]>): Engine {
  const check = async (sql: string) => {
    const [, part = ''] = /PART '(.*)'/.exec(sql) ?? []
    const answer = answers[part]?.shift() ?? null
    if (answer instanceof Error) throw answer
    return [{ is_passed: answer === null ? 1 : 0, message: answer ?? '' }]
  }
  return {
    query: (sql: string) => (sql.startsWith('CHECK') ? check(sql) : Promise.resolve(PARTS)),
  } as unknown as Engine
}
const error = (message: string, code: number) => new EngineQueryError(message, code)
const found = async (answers: Record<string, Answer[]>) =>
  (await checkParts(engineOf(answers), null)).map(({ part, reason }) => [part, reason])

describe('the check of parts', () => {
  it('finds parts whose checksums differ, or that cannot be read', async () => {
    const broken = error('Cannot read all data: (while reading x)', 33)
    expect(
      await found({ a_1_1_0: ['Checksum mismatch', 'Checksum mismatch'], b_1_1_0: [broken, broken] }),
    ).toEqual([
      ['a_1_1_0', 'Checksum mismatch'],
      ['b_1_1_0', 'Cannot read all data'],
    ])
  })

  it('believes only what it finds twice', async () => {
    expect(await found({ a_1_1_0: ['Checksum mismatch', null] })).toEqual([])
  })

  it('takes no file for damaged that the system refuses for now', async () => {
    const refused = 'Cannot open file /x: , errno: 24, strerror: Too many open files'
    const thrown = error(refused, 76)
    expect(await found({ a_1_1_0: [refused, refused], b_1_1_0: [thrown, thrown] })).toEqual([])
  })

  it('leaves out a part that was merged away meanwhile', async () => {
    expect(await found({ a_1_1_0: [error('No such part', 232)] })).toEqual([])
  })

  it('looks at all parts where the one that an error names is sound, and at none for other errors', async () => {
    const met = error(
      'Checksum mismatch (while reading from part /lake/b_1_1_0/ in table silver.readings)',
      40,
    )
    const engine = engineOf({ a_1_1_0: ['bad', 'bad'] })
    expect(await damagedBehind(engine, met)).toEqual([{ ...PARTS[0], reason: 'bad' }])
    expect(await damagedBehind(engineOf({ a_1_1_0: ['bad', 'bad'] }), error('Syntax', 62))).toEqual([])
  })
})

it('a message names its part', () => {
  const message =
    'while reading column x from part /lake/store/1/2/20260105_1_1_0/ in table silver.readings (uuid)'
  expect(partNamedIn(message)).toEqual({ table: 'silver.readings', part: '20260105_1_1_0' })
  expect(partNamedIn('Memory limit exceeded')).toBeNull()
})
