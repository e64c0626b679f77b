import { describe, expect, it } from 'vitest'
import { commentOf, deliver } from '../../src/outputs/deliver.ts'
import type { FoundTable, Session } from '../../src/outputs/deliver.ts'
import { outputColumn } from '../../src/outputs/index.ts'
import type { OutputRow, OutputTable } from '../../src/outputs/index.ts'

const table: OutputTable = {
  name: 'incidents',
  from: 'silver.incidents',
  columns: [outputColumn('incident_id', 'String'), outputColumn('lanes', 'Nullable(Int64)')],
  key: ['incident_id'],
}

/** A database that notes what is asked of it. */
function database({ found = null as FoundTable | null, isFree = true, isEmpty = true } = {}) {
  const asked: string[] = []
  const note = <T>(what: string, answer: T) => {
    asked.push(what)
    return Promise.resolve(answer)
  }
  const session: Session = {
    lock: () => note('lock', isFree),
    find: () => note('find', found),
    typeOf: (_, { kind }) => kind.is,
    create: () => note('create', undefined),
    add: (_, { name }) => note(`add ${name}`, undefined),
    stage: () => note('stage', undefined),
    put: (_, rows) => note(`put ${rows.length}`, undefined),
    isEmpty: () => note('isEmpty', isEmpty),
    apply: () => note('apply', { inserted: 1, updated: 1, deleted: 4 }),
    close: () => note('close', undefined),
  }
  return { asked, session }
}

async function* rows(...batches: OutputRow[][]) {
  for (const batch of batches) yield await Promise.resolve(batch)
}

const options = { output: 'city', signal: new AbortController().signal }
const own = (types: Record<string, string>) => ({
  comment: commentOf(table),
  types: new Map(Object.entries(types)),
})

describe('a table delivered to another database', () => {
  it('is made, filled beside and changed at once; counts add up to the rows that were read', async () => {
    const { asked, session } = database()
    const told: number[] = []
    const delivered = await deliver(
      session,
      table,
      rows(
        [
          ['a', 1],
          ['b', 2],
        ],
        [['c', null]],
      ),
      {
        ...options,
        onProgress: count => told.push(count),
      },
    )
    expect(asked).toEqual(['lock', 'find', 'create', 'stage', 'put 2', 'put 1', 'apply'])
    expect(delivered).toEqual({ read: 3, inserted: 1, updated: 1, deleted: 4, unchanged: 1 })
    expect(told).toEqual([2, 3])
  })

  it('gets columns that came later', async () => {
    const { asked, session } = database({ found: own({ incident_id: 'text' }) })
    await deliver(session, table, rows([['a', 1]]), options)
    expect(asked).toContain('add lanes')
    expect(asked).not.toContain('create')
  })

  it('is left alone when somebody else made it', async () => {
    const { asked, session } = database({ found: { comment: 'mine', types: new Map() } })
    await expect(deliver(session, table, rows([['a', 1]]), options)).rejects.toThrow(
      /output city: the table incidents was not made from silver\.incidents by Arterial/,
    )
    expect(asked).toEqual(['lock', 'find'])
  })

  it('is left alone when a column has another type', async () => {
    const { session } = database({ found: own({ incident_id: 'text', lanes: 'text' }) })
    await expect(deliver(session, table, rows([['a', 1]]), options)).rejects.toThrow(
      /incidents\.lanes is text and would have to be whole: drop the table/,
    )
  })

  it('is not written by two at a time', async () => {
    const { asked, session } = database({ isFree: false })
    await expect(deliver(session, table, rows([['a', 1]]), options)).rejects.toThrow(/another run is writing/)
    expect(asked).toEqual(['lock'])
  })

  it('is not emptied because the lake has nothing', async () => {
    const { asked, session } = database({
      found: own({ incident_id: 'text', lanes: 'whole' }),
      isEmpty: false,
    })
    await expect(deliver(session, table, rows(), options)).rejects.toThrow(
      /has no rows, but incidents has some/,
    )
    expect(asked).not.toContain('apply')
  })

  it('is not changed when the run is stopped while rows are read', async () => {
    const stop = new AbortController()
    const { asked, session } = database()
    const run = deliver(session, table, rows([['a', 1]], [['b', 2]]), {
      ...options,
      signal: stop.signal,
      onProgress: () => {
        stop.abort()
      },
    })
    await expect(run).rejects.toThrow(/abort/)
    expect(asked).toEqual(['lock', 'find', 'create', 'stage', 'put 1'])
  })
})
