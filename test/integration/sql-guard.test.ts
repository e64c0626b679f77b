import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError, EngineQueryError } from '../../src/core/errors.ts'
import { startEmbeddedEngine, type Engine } from '../../src/lake/engine/index.ts'
import { families, honest, type Family } from './sql-corpus/index.ts'
import { makeSmallLake, secret } from './sql-corpus/small-lake.ts'
import { SqlLimitError, SqlRefusedError, userSql } from '../../src/serve/sql/index.ts'
import { askSql, type Rows } from '../serve/sql/ask.ts'

/** Of the engine: a syntax error, and a statement too deep or too large for its parser. */
const parserCodes = [62, 167, 168, 306]
const limits = { timeoutS: 30, maxRows: 1000, maxMemoryBytes: 2 ** 28 }

let folder: string
let engine: Engine
let trap: Server
let trapPort = 0
let knocks = 0
let before: Awaited<ReturnType<typeof state>>
let ask: (sql: string, params?: Record<string, unknown>) => Promise<Rows>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-guard-'))
  trap = createServer((_, response) => {
    knocks++
    response.end(secret)
  })
  await new Promise<void>(resolve => trap.listen(0, '127.0.0.1', resolve))
  trapPort = (trap.address() as AddressInfo).port
  trap.on('connection', () => knocks++)

  engine = await startEmbeddedEngine({ dir: folder })
  await makeSmallLake(engine, folder)
  const run = userSql(engine, limits)
  before = await state()
  ask = (sql, params) => askSql(run, sql, params)
})

afterAll(async () => {
  await engine.stop()
  await new Promise(resolve => trap.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

/** What became of a statement. */
const outcome = (sql: string) =>
  ask(sql, { x: '1', y: '2', t: 'system.tables' }).then(
    answer => answer,
    (error: unknown) => error,
  )

describe.each(families)('the guard alone against $name', ({ escapes }: Family) => {
  it.each(escapes)('refuses $what', async ({ sql }) => {
    const failure = await outcome(sql({ folder, port: trapPort }))
    expect(failure).toBeInstanceOf(AppError)
    // What the engine's parser does not even understand is refused in its words.
    if (!(failure instanceof SqlRefusedError))
      expect(parserCodes).toContain((failure as EngineQueryError).engineCode)
    expect((failure as Error).message).not.toContain(secret)
  })

  it('changed nothing, made no file and reached nobody', async () => {
    expect(await state()).toEqual(before)
  })
})

describe('the corpus', () => {
  it('has four hundred escapes and two hundred honest statements, each once', () => {
    const escapes = families.flatMap(family => family.escapes.map(({ sql }) => sql({ folder: '', port: 0 })))
    expect(new Set(escapes).size).toBe(escapes.length)
    expect(escapes.length).toBeGreaterThanOrEqual(400)
    expect(new Set(honest.map(([sql]) => sql)).size).toBeGreaterThanOrEqual(200)
  })
})

/** All that an escape could have changed. */
async function state() {
  const tables = await engine.query(
    "SELECT database, name, total_rows FROM system.tables WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema', 'default') ORDER BY 1, 2",
  )
  const functions = await engine.query("SELECT name FROM system.functions WHERE origin != 'System'")
  const setting = await engine.query("SELECT getSetting('max_threads') AS threads, currentDatabase() AS db", {
    session: 'user',
  })
  const files = (await readdir(folder)).sort()
  return { tables, functions, setting, files, knocks }
}

describe('an honest statement', () => {
  it.each(honest.map(([sql, first]) => ({ sql, first })))('is answered: $sql', async ({ sql, first }) => {
    const params = { s: 'x\n\'"\\ — ü', n: 7, l: ['a'], d: 'd1' }
    const { rows } = await ask(sql, params)
    if (first !== undefined) expect(rows[0]?.[0]).toEqual(first)
  })

  it('may be long', async () => {
    const list = Array.from({ length: 5000 }, (_, i) => `'S-${i}'`).join(', ')
    const { rows } = await ask(`SELECT count() FROM silver.readings WHERE sensor_id IN (${list})`)
    expect(rows).toEqual([[5000]])
    const { rows: bound } = await ask('SELECT length({x:String})', { x: 'é'.repeat(20_000) })
    expect(bound).toEqual([[40_000]])
  })

  it('keeps integers that a number cannot hold', async () => {
    const { rows, columns } = await ask('SELECT toUInt64(18446744073709551615) AS big, 1 AS small')
    expect(rows).toEqual([['18446744073709551615', 1]])
    expect(columns).toEqual([
      { name: 'big', type: 'UInt64' },
      { name: 'small', type: 'UInt8' },
    ])
    const nested = await ask(
      `SELECT [-9223372036854775808, 9007199254740991], 0.1234567890123456789, 1e300, ', 12345678901234567890"'`,
    )
    expect(nested.rows).toEqual([
      [['-9223372036854775808', 9007199254740991], 0.12345678901234568, 1e300, ', 12345678901234567890"'],
    ])
  })

  it('answers so many rows as allowed, and says that there are more', async () => {
    const { rows, truncated } = await ask('SELECT number FROM numbers(100000)')
    expect([rows.length, truncated]).toEqual([1000, true])
    expect(await ask('SELECT number FROM numbers(1000)')).toMatchObject({ truncated: false })
  })

  it('is told its mistake in the engine’s words', async () => {
    await expect(ask('SELECT no_such_column FROM gold.hourly_summary')).rejects.toThrow(EngineQueryError)
    await expect(ask('SELECT no_such_column FROM gold.hourly_summary')).rejects.toThrow('no_such_column')
    await expect(ask('SELECT FROM FROM')).rejects.toThrow(/Syntax error(?!.*formatQuery)/)
    await expect(ask('SELECT {missing:String}')).rejects.toThrow('missing')
    await expect(ask('SELECT corr(toDecimal32(1, 3), toDecimal32(1, 3))')).rejects.toThrow(
      'write toFloat64(…)',
    )
    await expect(
      ask("SELECT count() FROM silver.conflicts WHERE measured_at >= '2026-06-01T08:00:00Z'"),
    ).rejects.toThrow('parseDateTime64BestEffort')
  })
})

describe('a hungry statement', () => {
  it('is ended at its time', async () => {
    const run = userSql(engine, { ...limits, timeoutS: 1 })
    const slow = askSql(run, 'SELECT count() FROM numbers(1000000000000) WHERE sqrt(number) = 3.5')
    await expect(slow).rejects.toThrow(SqlLimitError)
  })

  it('is ended at its memory and at its size', async () => {
    await expect(ask('SELECT groupArray(number) FROM numbers(1000000000)')).rejects.toThrow(SqlLimitError)
    await expect(ask("SELECT repeat('x', 1000000) FROM numbers(1000)")).rejects.toThrow(SqlLimitError)
    await expect(ask('SELECT range(3000000)')).rejects.toThrow(SqlLimitError)
    await expect(ask('SELECT length({x:String})', { x: 'x'.repeat(300_000) })).rejects.toThrow(/parameters/)
  })

  it('is told of a long value without waiting for it', async () => {
    const wrong = ask('SELECT toUInt8(number) IN ({s:String}) FROM numbers(3)', { s: 'T'.repeat(250_000) })
    await expect(wrong).rejects.toThrow('Cannot convert string')
  })

  it('leaves the loader and the page their sessions', async () => {
    const stop = new AbortController()
    const run = userSql(engine, { ...limits, timeoutS: 60 })
    const hungry = askSql(
      run,
      'SELECT count() FROM numbers(1000000000000) WHERE sqrt(number) = 3.5',
      {},
      stop.signal,
    )
    const ended = expect(hungry).rejects.toMatchObject({ name: 'AbortError' })
    await engine.exec("INSERT INTO lake.sensors VALUES ('S-9', 'd1', [])", { session: 'load' })
    expect(await engine.query('SELECT count() AS n FROM lake.sensors')).toEqual([{ n: 6 }])
    stop.abort()
    await ended
    expect((await ask('SELECT 1')).rows).toEqual([[1]])
  })
})
