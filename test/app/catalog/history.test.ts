import { describe, expect, it } from 'vitest'
import {
  judgeVersion,
  KEEP_SCHEMAS,
  KEEP_VERSIONS,
  withHeldAccepted,
  withVersion,
} from '../../../src/app/catalog/history.ts'
import { NEW_DATASET } from '../../../src/app/catalog/memory.ts'
import type { DatasetMemory } from '../../../src/app/catalog/memory.ts'
import { isBreaking } from '../../../src/app/catalog/schema/drift.ts'
import type { Look } from '../../../src/app/catalog/schema/drift.ts'

const wants = { needs: [], reads: ['a', 'b'], typed: [] }
const PORTAL = { holds: 'download', source: 'portal' } as const

const look = (...names: string[]): Look => ({
  profile: {
    rows: 50,
    hasAllColumns: true,
    blanks: [],
    columns: names.map(name => ({ name, type: 'text', filled: 50, distinct: 1, example: null })),
  },
  told: [],
  hasAllColumns: true,
  isWhole: true,
})

/** The `n`th version has these columns; it is held where they break with what was accepted. */
function received(
  memory: DatasetMemory,
  n: number,
  names: string[],
  origin: { holds: 'download' | 'file'; source: string } = PORTAL,
): DatasetMemory {
  const judged = judgeVersion(memory, origin, look(...names), wants)
  const version = {
    ...{
      id: `v${String(n).padStart(6, '0')}`,
      received_at: '2026-11-27T15:00:00.000Z',
      holds: 'all' as const,
    },
    ...{
      from: 'portal',
      why: null,
      rows: 50,
      bytes: 1,
      parts: 1,
      contents: [],
      sent: 0,
      withdrawn: 0,
      rejected: 0,
    },
    ...{ positions: null, quality: null, state: isBreaking(judged) ? ('held' as const) : ('taken' as const) },
  }
  return withVersion(memory, version, judged, origin)
}

const told = ({ versions }: DatasetMemory) => versions.map(({ state, schema }) => `${state} ${schema ?? '–'}`)

describe('the history of a dataset', () => {
  it('has a schema for each change, and none where nothing changed', () => {
    let memory = received(NEW_DATASET, 1, ['a', 'b'])
    memory = received(memory, 2, ['a', 'b'])
    memory = received(memory, 3, ['a', 'b', 'c'])
    expect(told(memory)).toEqual(['taken 1', 'taken 1', 'taken 2'])
    expect(memory.schemas[1]?.changes).toMatchObject([{ column: 'c', change: 'added', breaking: false }])
  })

  it('compares with what was accepted, not with what was held; asking again fills nothing', () => {
    let memory = received(NEW_DATASET, 1, ['a', 'b'])
    memory = received(memory, 2, ['a'])
    memory = received(memory, 3, ['a'])
    expect(told(memory)).toEqual(['taken 1', 'held 2'])
    expect(memory.versions.at(-1)?.id).toBe('v000003')
    expect(told(received(memory, 4, ['a', 'b']))).toEqual(['taken 1', 'held 2', 'taken 1'])
  })

  it('takes what was held once it was accepted, from then on', () => {
    let memory = withHeldAccepted(received(received(NEW_DATASET, 1, ['a', 'b']), 2, ['a']))
    memory = received(memory, 3, ['a'])
    expect(told(memory)).toEqual(['taken 1', 'held 2', 'taken 2'])
    memory = received(memory, 4, ['a', 'b'])
    expect(told(memory).at(-1)).toBe('taken 3')
  })

  it('takes no drift for accepted that its source took back meanwhile', () => {
    let memory = withHeldAccepted(received(received(NEW_DATASET, 1, ['a', 'b']), 2, ['a']))
    memory = received(memory, 3, ['a', 'b'])
    expect(told(memory).at(-1)).toBe('taken 1')
    expect(told(received(memory, 4, ['a'])).at(-1)).toBe('held 2')
  })

  it('keeps downloads, files and another source apart', () => {
    let memory = received(NEW_DATASET, 1, ['a', 'b'])
    memory = received(memory, 2, ['a'], { holds: 'file', source: 'inbox' })
    memory = received(memory, 3, ['a'], { holds: 'download', source: 'other' })
    expect(told(memory)).toEqual(['taken 1', 'taken 2', 'taken 3'])
  })

  it('says once what is done again', () => {
    const memory = received(received(NEW_DATASET, 1, ['a', 'b']), 2, ['a', 'b', 'c'])
    expect(received(memory, 1, ['a', 'b'])).toEqual(memory)
  })

  it('is bounded, and never lets go of what the next version is judged by', () => {
    let memory = received(NEW_DATASET, 0, ['a'], { holds: 'file', source: 'inbox' })
    for (let n = 1; n <= KEEP_VERSIONS + 1; n++)
      memory = received(memory, n, ['a', 'b', ...(n <= KEEP_SCHEMAS ? [`c${n}`] : [])])
    expect([memory.versions.length, memory.schemas.length]).toEqual([KEEP_VERSIONS, KEEP_SCHEMAS + 1])
    expect(memory.schemas[0]?.holds).toBe('file')
  })
})
