import { describe, expect, it } from 'vitest'
import { StreamFigures } from '../../src/app/stream-figures.ts'
import { air, signs } from '../streams/example.ts'

/** An engine that answers in turn and keeps what it was asked. */
function engineOf(...answers: readonly unknown[][]) {
  const asked: string[] = []
  const query = <T>(sql: string): Promise<T[]> => {
    const answer = answers[asked.length]
    asked.push(sql)
    return answer === undefined ? Promise.reject(new Error('away')) : Promise.resolve(answer as T[])
  }
  return { engine: { query }, asked }
}

const ledger = (rows: number, streamConflicts = 0) => ({
  streamCount: ({ name }: { name: string }) =>
    name === 'air-quality'
      ? { records: rows + 3, rows, refused: 1, repeats: 2 }
      : { records: 0, rows: 0, refused: 0, repeats: 0 },
  tables: { rules: 0, quarantine: 0, conflicts: 0, versions: 0, sightings: 0, drift: 0, streamConflicts },
})

describe('figures of streams', () => {
  it('are the loader’s, with the newest that the engine has; a conflict is no repeat', async () => {
    const { engine } = engineOf([{ newest: Date.UTC(2026, 2, 1) }], [{ stream: 'air-quality', n: 1 }])
    const figures = new StreamFigures([air, signs], engine)
    figures.now(ledger(5, 1))
    await figures.ask()
    expect(figures.now(ledger(5, 1))).toEqual([
      {
        ...{ name: 'air-quality', title: 'Air quality', records: 8, rows: 5, quarantined: 1, repeats: 1 },
        ...{ conflicts: 1, newestAt: '2026-03-01T00:00:00.000Z' },
      },
      {
        ...{ name: 'signs', title: 'Signs', records: 0, rows: 0, quarantined: 0, repeats: 0 },
        ...{ conflicts: 0, newestAt: null },
      },
    ])
  })

  it('ask for nothing that has not changed, and stand while nothing is loaded', async () => {
    const { engine, asked } = engineOf([{ newest: 0 }], [])
    const figures = new StreamFigures([air, signs], engine)
    figures.now(ledger(5))
    await figures.ask()
    await figures.ask()
    expect(asked.map(sql => / FROM (\S+)/.exec(sql)?.[1])).toEqual([
      'silver.air_quality',
      'lake.stream_conflicts',
    ])
    expect(figures.now(null)[0]).toMatchObject({ records: 8, rows: 5 })
    figures.now(ledger(6))
    await expect(figures.ask()).rejects.toThrow('away')
    expect(figures.now(null)[0]).toMatchObject({ rows: 6, newestAt: '1970-01-01T00:00:00.000Z' })
  })
})
