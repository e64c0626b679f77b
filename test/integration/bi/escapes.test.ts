import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { biTables, makeBiViews } from '../../../src/lake/bi/index.ts'
import { startEmbeddedEngine, type Engine } from '../../../src/lake/engine/index.ts'
import { buildBiServer } from '../../../src/serve/bi/index.ts'
import { readableLake, readableTables, userSql } from '../../../src/serve/sql/index.ts'
import { families } from '../sql-corpus/index.ts'
import { hiddenLakeTables, makeSmallLake, secret } from '../sql-corpus/small-lake.ts'

/** The guard behind the protocol, with no second wall: the engine itself would answer everything. */
const limits = { timeoutS: 30, maxRows: 1000, maxMemoryBytes: 2 ** 28 }
const hiddenNames = hiddenLakeTables.map(table => table.split('.')[1] ?? table)
/** Every so many-th escape of all families: with what each is wrapped in, more than a minute's work otherwise. */
const EVERY = 3
/** Questions of tools: the door answers them of what may be read. */
const ANSWERED =
  /^(SHOW|EXISTS|DESC)|system\W+(tables|columns|databases|settings|functions|one|data_type_families)\b|(version|hostname|currentuser|user|currentdatabase|database|timezone|displayname)\(\)/i
/** What this door takes off, or never sends on: nothing of it reaches the engine, and `SELECT 1` may be answered. */
const TAKEN_OFF = /^(FORMAT|SETTINGS|EXPLAIN with SETTINGS|a long comment|a lone surrogate)/

let folder: string
let engine: Engine
let app: FastifyInstance
let trap: Server
let knocks = 0
let before: unknown

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-bi-guard-'))
  trap = createServer((_, response) => response.end(secret))
  trap.on('connection', () => knocks++)
  await new Promise<void>(resolve => trap.listen(0, '127.0.0.1', resolve))
  engine = await startEmbeddedEngine({ dir: folder })
  await makeSmallLake(engine, folder)
  const clock = { zone: 'UTC', changes: [{ sinceMs: 0, offsetS: 0 }] }
  await makeBiViews(engine, { tables: readableTables([]), streams: [], clock })
  app = buildBiServer({
    run: userSql(engine, limits, { lake: { tables: biTables(readableLake.tables), home: 'bi' } }),
    tokens: [],
    ownNames: [],
    limitsOf: () => limits,
    version: '26.7.2.1',
    tls: null,
  })
  before = await state()
})

afterAll(async () => {
  await app.close()
  await engine.stop()
  await new Promise(resolve => trap.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

/** All that an escape could have changed. */
async function state(): Promise<unknown> {
  const tables = await engine.query(
    "SELECT database, name, total_rows FROM system.tables WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema', 'default') ORDER BY 1, 2",
  )
  return { tables, files: (await readdir(folder)).sort(), knocks }
}

interface Sent {
  readonly url?: string
  readonly payload?: string
}

async function ask({ url = '/', payload = '' }: Sent) {
  const { statusCode, headers, body } = await app.inject({
    method: 'POST',
    url,
    payload,
    headers: { host: 'localhost', 'content-type': 'text/plain' },
  })
  return { refused: headers['x-clickhouse-exception-code'] !== undefined, statusCode, body }
}

const inAddress = (params: Readonly<Record<string, string>>) => `/?${new URLSearchParams(params).toString()}`

/** One escape, and what drivers may put around it. */
const WRAPPED: readonly (readonly [string, (sql: string) => Sent])[] = [
  ['as it is', sql => ({ payload: sql })],
  ['before FORMAT', sql => ({ payload: `${sql}\nFORMAT Native` })],
  ['before SETTINGS', sql => ({ payload: `${sql}\nSETTINGS max_threads = 1, join_use_nulls = 1` })],
  ['between comments', sql => ({ payload: `/* FORMAT CSV */ ${sql}\n-- SETTINGS a = 1` })],
  [
    'in the address',
    sql => ({ url: inAddress({ query: sql, default_format: 'TSVRaw', database: 'default' }) }),
  ],
]

/** Where a name or a value is expected, and none may come out of it. */
const INSIDE: readonly (readonly [string, (sql: string) => Sent])[] = [
  ['as a format', sql => ({ payload: `SELECT 1 FORMAT ${sql}` })],
  [
    'as the value of a setting',
    sql => ({ payload: `SELECT 1 SETTINGS session_timezone = '${sql.replaceAll("'", "''")}'` }),
  ],
  ['as the name of a setting', sql => ({ url: inAddress({ [sql]: '1' }), payload: 'SELECT 1' })],
  ['as the type of a parameter', sql => ({ url: inAddress({ param_x: '1' }), payload: `SELECT {x:${sql}}` })],
  ['as the database', sql => ({ url: inAddress({ database: sql }), payload: 'SELECT 1' })],
  ['as a packing', sql => ({ url: inAddress({ decompress: '1', query: sql }) })],
]

const escapes = () => {
  const place = { folder, port: (trap.address() as AddressInfo).port }
  return families
    .flatMap(({ escapes: all }) => all)
    .filter((_, i) => i % EVERY === 0)
    .map(({ what, sql }) => ({ what, sql: sql(place) }))
}

describe('an escape through the address for BI tools', () => {
  it.each(WRAPPED)('is refused %s', async (_, wrap) => {
    const given = escapes()
    expect(
      given.filter(({ sql, what }) => !ANSWERED.test(sql) && !TAKEN_OFF.test(what)).length,
    ).toBeGreaterThanOrEqual(100)
    const answered: string[] = []
    for (const { what, sql } of given) {
      const { refused, body } = await ask(wrap(sql))
      expect(body, what).not.toContain(secret)
      if (refused || TAKEN_OFF.test(what)) continue
      if (ANSWERED.test(sql)) for (const table of hiddenNames) expect(body, what).not.toContain(table)
      else answered.push(`${what}: ${sql}`)
    }
    expect(answered).toEqual([])
  })

  it.each(INSIDE)('is refused %s', async (_, wrap) => {
    for (const { what, sql } of escapes()) {
      const { refused, body } = await ask(wrap(sql))
      expect(refused, `${what}: ${sql}\n${body}`).toBe(true)
      expect(body, what).not.toContain(secret)
    }
  })

  it('comes back as the text it is, as the value of a parameter', async () => {
    for (const { sql } of escapes().filter((_, i) => i % 4 === 0)) {
      const value = sql.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')
      const { body, refused } = await ask({
        url: inAddress({ param_x: value }),
        payload: 'SELECT {x:String} FORMAT JSONCompactEachRow',
      })
      if (refused) expect(body).not.toContain(secret)
      else expect(JSON.parse(body)).toEqual([sql])
    }
  })

  it('changed nothing, made no file and reached nobody', async () => {
    expect(await state()).toEqual(before)
  })
})
