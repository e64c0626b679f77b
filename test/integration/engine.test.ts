import { createClient } from '@clickhouse/client'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineQueryError, EngineUnavailableError } from '../../src/core/errors.ts'
import { connectServer, type Engine } from '../../src/lake/engine/index.ts'
import { startEmbeddedEngine } from '../../src/lake/engine/index.ts'
import { forkEngine, type EngineProcess } from '../../src/lake/engine/process.ts'

let folder: string
let process: EngineProcess
let engine: Engine

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-engine-'))
  process = await forkEngine(folder, [])
  engine = await connectServer(process.endpoint)
  await engine.exec('CREATE DATABASE s')
})

afterAll(async () => {
  await engine.stop()
  await process.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The bytes a client sent, with what it sent around them. */
async function ask(path: string, init: RequestInit = {}, secret = process.endpoint.password) {
  const headers = { 'x-clickhouse-key': secret, ...(init.headers as Record<string, string> | undefined) }
  const response = await fetch(new URL(path, process.endpoint.url), { method: 'POST', ...init, headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const url = (params: Record<string, string>) => `/?${new URLSearchParams(params).toString()}`

describe('a query', () => {
  it('binds odd characters as they are', async () => {
    const text = `a'b\\c\t\n\r\0"\`{x:String} ☃ 🚦`
    const list = ["q'", '\\', '\n', '']
    const sql =
      'SELECT {t:String} AS t, {l:Array(String)} AS l, {n:Nullable(UInt8)} AS n, {d:DateTime64(3)} AS d'
    const at = new Date('2026-03-08T09:59:59.123Z')
    const params = { t: text, l: list, n: null, d: at }
    expect(await engine.query(sql, { params })).toEqual([
      { t: text, l: list, n: null, d: '2026-03-08 09:59:59.123' },
    ])
  })

  it('takes long parameters', async () => {
    const x = 'a\n\r\n☃'.repeat(20_000)
    expect(await engine.query('SELECT {x:String} AS x', { params: { x } })).toEqual([{ x }])
  })

  it('has its settings and parameters to itself', async () => {
    const sql = "SELECT getSetting('max_block_size') AS size"
    const before = await engine.query(sql, { session: 'load' })
    expect(await engine.query(sql, { session: 'load', settings: { max_block_size: 17 } })).toEqual([
      { size: 17 },
    ])
    expect(await engine.query(sql, { session: 'load' })).toEqual(before)

    await engine.query('SELECT {x:UInt8}', { session: 'load', params: { x: 1 } })
    await expect(engine.query('SELECT {x:UInt8}', { session: 'load' })).rejects.toMatchObject({
      engineCode: 456,
    })
  })

  it('leaves no readonly, no SET and no USE behind', async () => {
    await engine.query('SELECT 1', { session: 'load', settings: { readonly: 1 } })
    await engine.exec('CREATE TABLE IF NOT EXISTS s.after_readonly (a UInt8) ENGINE = Memory', {
      session: 'load',
    })
    await ask('/', { body: 'SET max_block_size = 3', headers: { 'x-arterial-session': 'load' } })
    await ask('/', { body: 'USE s', headers: { 'x-arterial-session': 'load' } })
    const sql = "SELECT getSetting('max_block_size') = 3 AS left, currentDatabase() AS db"
    expect(await engine.query(sql, { session: 'load' })).toEqual([{ left: 0, db: 'default' }])
    expect(await engine.query('SELECT currentDatabase() AS db', { database: 's' })).toEqual([{ db: 's' }])
  })

  it('tells what the engine refused, by its number', async () => {
    await expect(engine.query('SELECT * FROM s.nothing')).rejects.toThrow(EngineQueryError)
    await expect(engine.query('SELECT * FROM s.nothing')).rejects.toMatchObject({ engineCode: 60 })
    await expect(engine.query('SELEC 1')).rejects.toMatchObject({ engineCode: 62 })
    await expect(engine.query('SELECT 1', { settings: { no_such: 1 } })).rejects.toMatchObject({
      engineCode: 115,
    })
    await expect(engine.exec('SELECT 1; SELECT 2')).rejects.toMatchObject({ engineCode: 62 })
  })

  it('ends when its caller gives up, and the session goes on', async () => {
    const endless = 'SELECT count() FROM system.numbers WHERE sipHash64(number) = 7'
    const running = () =>
      engine.query("SELECT query FROM system.processes WHERE query LIKE '%= 7%' AND query NOT LIKE '%LIKE%'")
    const givesUp = new AbortController()
    const failed = expect(
      engine.query(endless, { session: 'user', signal: givesUp.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    await expect.poll(running).toHaveLength(1)
    givesUp.abort()
    await failed
    expect(await engine.query('SELECT 1 AS a', { session: 'user' })).toEqual([{ a: 1 }])
    expect(await running()).toEqual([])
  })

  it('does not wait for another session', async () => {
    const giveUp = new AbortController()
    const endless = engine.query('SELECT count() FROM system.numbers WHERE number % 3 = 5', {
      session: 'user',
      signal: giveUp.signal,
    })
    expect(await engine.query('SELECT 1 AS a', { session: 'read' })).toEqual([{ a: 1 }])
    giveUp.abort()
    await expect(endless).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('a stream', () => {
  it('gives the bytes of any format', async () => {
    const read = async (format: string) => {
      const parts: Buffer[] = []
      for await (const part of await engine.stream('SELECT number AS n FROM numbers(3) -- the end', format)) {
        parts.push(part as Buffer)
      }
      return Buffer.concat(parts)
    }
    expect((await read('TSVWithNames')).toString()).toBe('n\n0\n1\n2\n')
    expect((await read('CSV')).toString()).toBe('0\n1\n2\n')
    expect((await read('Parquet')).subarray(0, 4).toString()).toBe('PAR1')
    expect(JSON.parse((await read('JSON')).toString())).toMatchObject({ rows: 3 })
  })

  it('is refused whole when a late row fails', async () => {
    const sql = 'SELECT throwIf(number = 900000) FROM numbers(1000000)'
    await expect(engine.stream(sql, 'TSV')).rejects.toMatchObject({ engineCode: 395 })
  })
})

describe('an insert', () => {
  it('takes Native blocks with LowCardinality and Nullable columns', async () => {
    const columns = "(a UInt32, s LowCardinality(String), n Nullable(Float64), e Enum8('x' = 1))"
    await engine.exec(`CREATE TABLE s.native ${columns} ENGINE = MergeTree ORDER BY a`)
    const source =
      "SELECT toUInt32(number) AS a, toLowCardinality(toString(number % 3)) AS s, if(number % 2 = 0, NULL, number / 4) AS n, CAST('x', 'Enum8(\\'x\\' = 1)') AS e FROM numbers(100000)"
    const blocks: Buffer[] = []
    for await (const part of await engine.stream(source, 'Native')) blocks.push(part as Buffer)
    const order = ['a', 's', 'n', 'e']
    await engine.insertNative('s.native', order, Buffer.concat(blocks), { session: 'load' })
    const sums = 'SELECT count() AS c, sum(a), uniqExact(s), sum(n), countIf(n IS NULL)'
    expect(await engine.query(`${sums} FROM s.native`)).toEqual(
      await engine.query(`${sums} FROM (${source})`),
    )
  })

  it('fails as a whole, with the engine’s reason', async () => {
    await expect(engine.insertNative('s.native', ['a'], Buffer.from('rubbish'))).rejects.toThrow(
      EngineQueryError,
    )
    await expect(engine.insertNative('s.missing', ['a'], Buffer.from(''))).rejects.toMatchObject({
      engineCode: 60,
    })
  })

  it('comes in any text format, in URL and body, gzip and zstd', async () => {
    await engine.exec('CREATE TABLE s.rows (a UInt8, t String) ENGINE = MergeTree ORDER BY a')
    const rows = '{"a":1,"t":"x;\'"}\n{"a":2,"t":"FORMAT"}\n'
    const statement = 'INSERT INTO s.rows (a, t) SETTINGS async_insert = 0 FORMAT JSONEachRow'
    const first = await ask(url({ query: statement }), { body: rows })
    expect(first).toMatchObject({ status: 200 })
    expect(JSON.parse(first.headers.get('x-clickhouse-summary') ?? '')).toMatchObject({ written_rows: '2' })
    await ask('/', { body: `${statement}\n${rows}` })
    await ask(url({ query: statement }), { body: gzipSync(rows), headers: { 'content-encoding': 'gzip' } })
    await ask('/', {
      body: zstdCompressSync(`${statement}\n${rows}`),
      headers: { 'content-encoding': 'zstd' },
    })
    await ask('/', { body: "INSERT INTO s.rows VALUES (1, 'x;\\''), (2, 'FORMAT')" })
    await ask(url({ query: 'INSERT INTO TABLE `s`.`rows` FORMAT CSV' }), { body: '1,"x;\'"\n2,FORMAT\n' })
    expect(await engine.query('SELECT a, t, count() AS n FROM s.rows GROUP BY a, t ORDER BY a')).toEqual([
      { a: 1, t: "x;'", n: 6 },
      { a: 2, t: 'FORMAT', n: 6 },
    ])
  })

  it('works from the official client', async () => {
    const { url: address, password } = process.endpoint
    const client = createClient({ url: address, password, compression: { request: true, response: true } })
    await client.command({
      query: 'CREATE TABLE s.official (a UInt8, t String) ENGINE = MergeTree ORDER BY a',
    })
    await client.insert({ table: 's.official', values: [{ a: 1, t: 'é' }], format: 'JSONEachRow' })
    const result = await client.query({ query: 'SELECT * FROM s.official', format: 'JSON' })
    expect(await result.json()).toMatchObject({ data: [{ a: 1, t: 'é' }], rows: 1 })
    expect(await client.ping()).toEqual({ success: true })
    await client.close()
  })
})

describe('the door', () => {
  it('lets nobody in without the secret', async () => {
    for (const wrong of ['', 'x', `${process.endpoint.password}x`]) {
      const answer = await ask('/', { body: 'SELECT 1' }, wrong)
      expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('Code: 516.') as string })
      expect(answer.headers.get('x-clickhouse-exception-code')).toBe('516')
    }
    await expect(connectServer({ ...process.endpoint, password: 'x' })).rejects.toMatchObject({
      engineCode: 516,
    })
    await expect(connectServer({ url: 'http://127.0.0.1:9' })).rejects.toThrow(EngineUnavailableError)
  })

  it('takes SQL from the body, the URL, both, and a form', async () => {
    const form = new FormData()
    form.append('query', 'SELECT {x:String}')
    form.append('param_x', 'a\\tb')
    expect((await ask('/', { body: 'SELECT 1' })).text).toBe('1\n')
    expect((await ask(url({ query: 'SELECT 2' }), { method: 'GET' })).text).toBe('2\n')
    expect((await ask(url({ query: 'SELECT' }), { body: '3' })).text).toBe('3\n')
    expect((await ask('/', { body: form })).text).toBe('a\\tb\n')
    expect((await ask(url({ query: 'SELECT {x:Nullable(String)}', param_x: '\\N' }))).text).toBe('\\N\n')
    expect((await ask(url({ password: process.endpoint.password }), { body: 'SELECT 4' }, '')).text).toBe(
      '4\n',
    )
  })

  it('tells format, time zone and query id, and compresses only when asked', async () => {
    const answer = await ask(url({ query_id: 'mine', default_format: 'JSON' }), { body: 'SELECT 1 AS a' })
    expect(JSON.parse(answer.text)).toMatchObject({ data: [{ a: 1 }] })
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-clickhouse-query-id': 'mine',
      'x-clickhouse-format': 'JSON',
      'x-clickhouse-timezone': 'UTC',
      'content-type': 'application/json; charset=UTF-8',
    })
    expect(answer.headers.get('content-encoding')).toBeNull()
    const asked = await ask(url({ enable_http_compression: '1' }), { body: 'SELECT 1' })
    expect(asked.headers.get('content-encoding')).toBe('gzip')
    expect(asked.text).toBe('1\n')
  })

  it('refuses a write by GET, rows without an INSERT, and an unknown session', async () => {
    expect((await ask(url({ query: 'DROP TABLE s.rows' }), { method: 'GET' })).text).toContain('Code: 164.')
    expect((await ask(url({ arterial_session: 'x' }), { body: 'SELECT 1' })).text).toContain(
      'one of load, read',
    )
    expect((await ask('/', { body: '' })).text).toContain('Code: 62.')
    expect((await ask('/', { body: 'SELECT 1', headers: { 'content-encoding': 'rot13' } })).text).toContain(
      'rot13',
    )
  })
})

describe('sync', () => {
  it('takes tables that are there, and names one that is not', async () => {
    const embedded = await mkdtemp(join(tmpdir(), 'arterial-sync-'))
    const own = await startEmbeddedEngine({ dir: embedded })
    try {
      await own.exec('CREATE DATABASE s')
      await own.exec('CREATE TABLE s.t (a UInt8) ENGINE = MergeTree ORDER BY a')
      await own.sync(['s.t'])
      await own.sync([])
      await own.exec('INSERT INTO s.t VALUES (1)')
      await own.sync(['s.t'], 'parts')
      await expect(own.sync(['s.t', 's.missing'])).rejects.toThrow('s.missing')
      expect(own.state).toBe('ready')
    } finally {
      await own.stop()
      await rm(embedded, { recursive: true, force: true })
    }
  })
})
