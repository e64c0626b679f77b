import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedEngine, type Engine } from '../../src/lake/engine/index.ts'
import { readableLake, SqlRefusedError, userSql, type RunSql } from '../../src/serve/sql/index.ts'
import { askSql } from '../serve/sql/ask.ts'
import { randomStatement } from './sql-corpus/random.ts'
import { makeSmallLake, secret } from './sql-corpus/small-lake.ts'

let folder: string
let engine: Engine
let run: RunSql

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-property-'))
  engine = await startEmbeddedEngine({ dir: folder })
  await makeSmallLake(engine, folder)
  run = userSql(engine, { timeoutS: 10, maxRows: 100, maxMemoryBytes: 2 ** 28 })
})

afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Tables an answer could come from, as the engine itself resolves them; none when it cannot. */
async function tablesOf(sql: string): Promise<string[]> {
  const select = sql.replace(/^EXPLAIN (SYNTAX )?/, '')
  const rows = await engine
    .query<{ explain: string }>(`EXPLAIN QUERY TREE run_passes = 1, passes = 1 ${select}`, {
      session: 'user',
      database: readableLake.home,
    })
    .catch(() => [])
  return rows.flatMap(row => /table_name: ([^,]+)/.exec(row.explain)?.[1] ?? [])
}

/** `PROPERTY_RUNS=3000 npm run test:integration -- test/integration/sql-property.test.ts` tries more of them. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 600)

describe('a statement put together at random', () => {
  it('passes the guard only when no hidden name in it is touched', async () => {
    const seen = { honest: 0, passed: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(randomStatement, async ({ sql, isHonest }) => {
        const answer = await askSql(run, sql).then(
          rows => JSON.stringify(rows),
          (error: unknown) => error as Error,
        )
        const wasRefused = answer instanceof SqlRefusedError
        if (isHonest) seen.honest++
        if (wasRefused) seen.refused++
        if (typeof answer === 'string') {
          seen.passed++
          expect(answer).not.toContain(secret)
          const hidden = (await tablesOf(sql)).filter(
            name => !readableLake.tables.has(name) && name !== 'system.one',
          )
          expect(hidden).toEqual([])
        } else {
          expect(answer.message).not.toContain(secret)
        }
      }),
      { numRuns: RUNS, seed: 20_261_127, endOnFailure: true },
    )
    // It tells nothing when all are refused, or none is.
    expect(seen.passed).toBeGreaterThan(RUNS / 10)
    expect(seen.refused).toBeGreaterThan(RUNS / 10)
  })
})
