import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError, EngineQueryError } from '../../src/core/errors.ts'
import { startEmbeddedEngine, type Engine } from '../../src/lake/engine/index.ts'
import { escapes } from './sql-escapes.ts'
import { SqlLimitError, SqlRefusedError, userSql } from '../../src/serve/sql/index.ts'
import { askSql, type Rows } from '../serve/sql/ask.ts'

const secret = 'the-word-nobody-may-read'
const limits = { timeoutS: 5, maxRows: 1000, maxMemoryBytes: 2 ** 28 }

let folder: string
let engine: Engine
let trap: Server
let trapPort = 0
let knocks = 0
let ask: (sql: string, params?: Record<string, unknown>) => Promise<Rows>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-guard-'))
  await writeFile(join(folder, 'secret.csv'), `${secret}\n`)
  await writeFile(join(folder, 'secret'), `${secret}\n`)
  trap = createServer((_, response) => {
    knocks++
    response.end(secret)
  })
  await new Promise<void>(resolve => trap.listen(0, '127.0.0.1', resolve))
  trapPort = (trap.address() as AddressInfo).port
  trap.on('connection', () => knocks++)

  engine = await startEmbeddedEngine({ dir: folder })
  for (const statement of lake) await engine.exec(statement)
  const run = userSql(engine, limits)
  ask = (sql, params) => askSql(run, sql, params)
})

afterAll(async () => {
  await engine.stop()
  await new Promise(resolve => trap.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

/** The lake's shape, small: bronze is a view over a table that reads files, and gold has tables behind its views. */
const lake = [
  ...['bronze', 'silver', 'gold', 'lake', 'quarantine'].map(name => `CREATE DATABASE ${name}`),
  "CREATE TABLE bronze.segments (line String) ENGINE = File(LineAsString, 'secret.csv')",
  'CREATE VIEW bronze.lines AS SELECT line, rowNumberInAllBlocks() AS position FROM bronze.segments',
  'CREATE TABLE silver.readings (sensor_id LowCardinality(String), measured_at DateTime64(3), speed_kmh Nullable(Float64), vehicles Nullable(UInt32)) ENGINE = MergeTree ORDER BY sensor_id',
  "CREATE TABLE silver.conflicts (measured_at DateTime64(3, 'UTC')) ENGINE = MergeTree PARTITION BY toDate(measured_at) ORDER BY measured_at",
  "INSERT INTO silver.conflicts VALUES ('2026-06-01 00:00:00')",
  "INSERT INTO silver.readings SELECT concat('S-', toString(number % 5)), toDateTime64('2026-06-01 00:00:00', 3) + number * 30, if(number % 7 = 0, NULL, 20 + number % 50), number % 9 FROM numbers(5000)",
  'CREATE TABLE gold.hourly_summary_state (window_start DateTime, district LowCardinality(String), readings UInt64, mean_speed_kmh Nullable(Float64)) ENGINE = MergeTree ORDER BY window_start',
  "INSERT INTO gold.hourly_summary_state SELECT toDateTime('2026-06-01 00:00:00') + 3600 * intDiv(number, 4), concat('d', toString(number % 4)), number, number / 3 FROM numbers(400)",
  'CREATE TABLE quarantine.internal (x String) ENGINE = Memory',
  'CREATE VIEW gold.hourly_summary AS SELECT * FROM gold.hourly_summary_state',
  'CREATE TABLE lake.sensors (sensor_id LowCardinality(String), district String, tags Array(String)) ENGINE = MergeTree ORDER BY sensor_id',
  "INSERT INTO lake.sensors SELECT concat('S-', toString(number)), concat('d', toString(number % 4)), ['loop', toString(number)] FROM numbers(5)",
]

describe('an escape', () => {
  it.each(escapes)('is refused: %s', async (_what, sql) => {
    const before = await state()
    const failure = await ask(sql({ folder, port: trapPort }), { t: 'system.tables' }).then(
      answer => answer,
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(AppError)
    // What the engine's parser does not even understand is refused in its words.
    if (!(failure instanceof SqlRefusedError)) expect(failure).toMatchObject({ engineCode: 62 })
    expect((failure as Error).message).not.toContain(secret)
    expect(await state()).toEqual(before)
  })

  it('has been tried in more than sixty ways', () => {
    expect(escapes.length).toBeGreaterThanOrEqual(60)
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

const honest: readonly (readonly [sql: string, first: unknown])[] = [
  ['SELECT 1', 1],
  ['select count(*) from gold.hourly_summary;', 400],
  ['-- how many\nSELECT count() /* all */ FROM silver.readings', 5000],
  ['SELECT district, avg(mean_speed_kmh) FROM gold.hourly_summary GROUP BY district ORDER BY district', 'd0'],
  [
    'WITH busy AS (SELECT district, sum(readings) AS n FROM gold.hourly_summary GROUP BY district) SELECT district FROM busy ORDER BY n DESC LIMIT 1',
    'd3',
  ],
  ['WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT y FROM b', 2],
  ['WITH a(x) AS (SELECT 5) SELECT x FROM a UNION ALL SELECT x FROM a', 5],
  ['WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT max(x) FROM n', 5],
  ['WITH 3 AS three, (SELECT max(readings) FROM gold.hourly_summary) AS most SELECT three + most', 402],
  [
    'SELECT s.district, count() FROM silver.readings AS r JOIN lake.sensors AS s USING (sensor_id) GROUP BY s.district ORDER BY 1',
    'd0',
  ],
  [
    "SELECT count() FROM silver.readings r LEFT JOIN lake.sensors s ON r.sensor_id = s.sensor_id WHERE s.district = 'd1'",
    1000,
  ],
  [
    'SELECT r.sensor_id FROM silver.readings r ASOF JOIN gold.hourly_summary g ON g.district = r.sensor_id AND r.measured_at >= g.window_start LIMIT 1',
    undefined,
  ],
  [
    'SELECT row_number() OVER (PARTITION BY district ORDER BY window_start) FROM gold.hourly_summary LIMIT 1',
    1,
  ],
  [
    'SELECT avg(readings) OVER w FROM gold.hourly_summary WINDOW w AS (ORDER BY window_start, district ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) LIMIT 1',
    0,
  ],
  ['SELECT lagInFrame(readings, 1) OVER (ORDER BY readings) FROM gold.hourly_summary LIMIT 1', 0],
  ['SELECT round(quantile(0.85)(speed_kmh)) FROM silver.readings', 62],
  ['SELECT length(quantiles(0.5, 0.85, 0.95)(speed_kmh)) FROM silver.readings', 3],
  ['SELECT countIf(speed_kmh IS NULL) FROM silver.readings', 715],
  ['SELECT uniqExact(sensor_id), count(DISTINCT sensor_id) FROM silver.readings', 5],
  [
    'SELECT toStartOfFifteenMinutes(measured_at) AS t, sum(vehicles) FROM silver.readings GROUP BY t ORDER BY t LIMIT 1',
    '2026-06-01 00:00:00',
  ],
  [
    "SELECT count() FROM silver.readings WHERE measured_at >= toDateTime('2026-06-01 00:00:00') AND measured_at < now() AND sensor_id IN ('S-1', 'S-2')",
    2000,
  ],
  [
    "SELECT count() FROM silver.readings WHERE sensor_id IN (SELECT sensor_id FROM lake.sensors WHERE district = 'd0')",
    2000,
  ],
  [
    'WITH d AS (SELECT sensor_id FROM lake.sensors) SELECT count() FROM silver.readings WHERE sensor_id IN d',
    5000,
  ],
  ['SELECT arrayMap(x -> upper(x), tags) FROM lake.sensors ORDER BY sensor_id LIMIT 1', ['LOOP', '0']],
  ['SELECT tag FROM lake.sensors ARRAY JOIN tags AS tag ORDER BY tag DESC LIMIT 1', 'loop'],
  [
    "SELECT arrayFilter((x, i) -> i > 1, tags, arrayEnumerate(tags)) FROM lake.sensors WHERE sensor_id = 'S-3'",
    ['3'],
  ],
  ['SELECT * EXCEPT (readings) FROM gold.hourly_summary ORDER BY 1, 2 LIMIT 1', '2026-06-01 00:00:00'],
  [
    'SELECT * REPLACE (upper(district) AS district) FROM gold.hourly_summary ORDER BY 1, 2 LIMIT 1',
    '2026-06-01 00:00:00',
  ],
  ['SELECT avg(mean_speed_kmh) AS "mean speed (km/h)" FROM gold.hourly_summary', 66.5],
  [
    "SELECT CASE WHEN readings > 5 THEN 'many' ELSE 'few' END FROM gold.hourly_summary ORDER BY readings DESC LIMIT 1",
    'many',
  ],
  ["SELECT position FROM bronze.lines WHERE line LIKE '%nobody%'", 0],
  ['SELECT JSONExtractString(\'{"a":"x;y"}\', \'a\')', 'x;y'],
  ["SELECT extract('INT-0305', '(\\\\d+)'), 'it''s', $$a 'text'$$", '0305'],
  ['SELECT {s:String}, {n:UInt16} + 1, {l:Array(String)}', 'x\n\'"\\ — ü'],
  ['SELECT count() FROM gold.hourly_summary WHERE district = {d:String} OR readings < {n:UInt64}', 105],
  ['SELECT number FROM numbers(3) ORDER BY number DESC', 2],
  ["SELECT c2 FROM (VALUES (1, 'a'), (2, 'b')) ORDER BY c1", 'a'],
  ['SELECT h.readings AS readings FROM gold.hourly_summary AS h ORDER BY readings DESC LIMIT 1', 399],
  ['SELECT readings AS sensors FROM gold.hourly_summary ORDER BY sensors LIMIT 1', 0],
  [
    'SELECT readings FROM gold.hourly_summary WHERE readings = ALL (SELECT max(readings) FROM gold.hourly_summary)',
    399,
  ],
  ['SELECT grouping(district) FROM gold.hourly_summary GROUP BY ROLLUP(district) ORDER BY 1 LIMIT 1', 0],
  ['(SELECT 1) UNION DISTINCT (SELECT 1)', 1],
  ['SELECT 1 EXCEPT SELECT 2', 1],
  ['SELECT district, count() FROM gold.hourly_summary GROUP BY ROLLUP(district) ORDER BY 2 DESC LIMIT 1', ''],
  ['SELECT greatCircleDistance(-74.006, 40.7128, -73.9, 40.7) > 8000', 1],
  ['DESCRIBE gold.hourly_summary', 'window_start'],
  ['DESC TABLE silver.readings', 'sensor_id'],
  ['DESCRIBE (SELECT readings AS r FROM gold.hourly_summary)', 'r'],
  ['EXISTS gold.hourly_summary', 1],
  ["SHOW TABLES FROM gold LIKE '%summary'", 'hourly_summary'],
  ['SHOW DATABASES', 'bronze'],
  ['EXPLAIN SELECT district FROM gold.hourly_summary WHERE readings > 3', expect.any(String)],
  ['EXPLAIN indexes = 1 SELECT district FROM gold.hourly_summary WHERE readings > 3', expect.any(String)],
]

describe('an honest statement', () => {
  it.each(honest)('is answered: %s', async (sql, first) => {
    const params = { s: 'x\n\'"\\ — ü', n: 7, l: ['a'], d: 'd1' }
    const { rows } = await ask(sql, params)
    expect(rows[0]?.[0]).toEqual(first)
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
