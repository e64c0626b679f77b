import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openReaders, type Readers } from '../../src/lake/engine/index.ts'
import { readableLake } from '../../src/serve/sql/index.ts'
import { Lake } from './lake.ts'

const START = Date.parse('2026-03-02T00:00:00Z')
const USER = { session: 'user', database: 'quarantine', settings: { max_execution_time: 30 } } as const
const IMPATIENT = { ...USER, settings: { max_execution_time: 1 } } as const
const ENDLESS =
  "SELECT max(levenshteinDistance(materialize(repeat('a', 30000)), materialize(repeat('b', 30000)))) FROM numbers(100)"

let folder: string
let lake: Lake
let readers: Readers

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arterial-readers-'))
  lake = await new Lake(folder).start()
  await send(0)
  readers = await openReaders(lake.engine, {
    dir: folder,
    listed: readableLake.tables,
    users: 1,
    maxMemoryBytes: 2 ** 29,
  })
})

afterAll(async () => {
  await readers.stop()
  await lake.stop()
  await rm(folder, { recursive: true, force: true })
})

async function send(day: number): Promise<void> {
  const atMs = START + day * 86_400_000
  const lines = Array.from({ length: 50 }, (_, i) =>
    JSON.stringify({ sensor_id: `S-${i}`, timestamp: new Date(atMs).toISOString(), vehicle_count: 3 }),
  )
  await lake.append(lines, { arrivedAtMs: START + 30 * 86_400_000 })
  await lake.level()
}

const count = async (pool: Readers['page'], table: string) =>
  (await pool.query<{ n: number }>(`SELECT toUInt32(count()) AS n FROM ${table}`))[0]?.n

describe('a reader', () => {
  it('answers what the loader has loaded, through views too, also after it slept', async () => {
    for (let day = 1; day < 4; day++) {
      await send(day)
      readers.fresh(lake.loader.visible)
      expect(await count(readers.page, 'silver.readings')).toBe(50 * (day + 1))
      expect(await count(readers.page, 'gold.hourly_summary')).toBeGreaterThan(day)
      expect(await count(readers.user, 'bronze.lines')).toBe(50 * (day + 1))
      await new Promise(resolve => setTimeout(resolve, 1_200))
    }
  })

  it('stays awake until the last row of its answer is taken, however slowly', async () => {
    const rows = "SELECT arrayJoin(range(100000)) AS n, repeat('x', 1000) AS x"
    const answer = await readers.page.stream(rows, 'JSONEachRow')
    // Longer than a reader that nobody asks stays awake.
    await new Promise(resolve => setTimeout(resolve, 2_500))
    let bytes = 0
    for await (const part of answer) bytes += (part as Buffer).length
    expect(bytes).toBeGreaterThan(100_000_000)
  })

  it('goes on when days are dropped, and never counts one of them again', async () => {
    const before = (await count(readers.page, 'silver.readings')) ?? 0
    await lake.engine.exec("ALTER TABLE silver.readings DROP PARTITION '2026-03-02'", { session: 'load' })
    expect(await count(readers.page, 'silver.readings')).toBe(before - 50)
    expect(await count(readers.user, 'silver.readings')).toBe(before - 50)
  })

  it('is ended with a statement that cannot be interrupted, and nobody else waits', async () => {
    const endless = readers.user.query(ENDLESS, IMPATIENT)
    const refused = expect(endless).rejects.toMatchObject({ engineCode: 159 })
    expect(await readers.user.query('SELECT 1 AS a', USER)).toEqual([{ a: 1 }])
    expect(await readers.page.query('SELECT 1 AS a')).toEqual([{ a: 1 }])
    await refused
    expect(await readers.user.query('SELECT 2 AS a', USER)).toEqual([{ a: 2 }])
    expect(lake.engine.restarts).toBe(0)
  })
})

describe('the engine of a reader itself, with no guard before it, refuses', () => {
  const statements = [
    'SELECT count() FROM gold.hourly_summary_state',
    'SELECT count() FROM lake.sensor_versions',
    'SELECT line FROM bronze.segments LIMIT 1',
    'WITH `gold.hourly_summary_state` AS (SELECT * FROM gold.hourly_summary_state) SELECT * FROM `gold.hourly_summary_state`',
    "SELECT * FROM file('/etc/hostname', LineAsString)",
    'SELECT * FROM default.`/etc/hostname`',
    "SELECT * FROM url('http://127.0.0.1:9/x', LineAsString)",
    "DESCRIBE TABLE file('/etc/passwd')",
    'INSERT INTO silver.readings (position) SELECT 1',
    "INSERT INTO FUNCTION file('/tmp/arterial-made.csv') SELECT 1",
    'DROP TABLE silver.readings',
    'CREATE TABLE silver.x (a UInt8) ENGINE = Memory',
    'CREATE TEMPORARY TABLE x (a UInt8)',
    'ALTER TABLE silver.readings DELETE WHERE 1',
    'DETACH TABLE silver.readings',
    "SELECT * FROM executable('x', LineAsString, 'a String', (SELECT 1))",
    "SELECT * FROM merge('gold', 'state')",
  ]
  it.each(statements)('%s', async sql => {
    await expect(readers.user.query(sql, USER)).rejects.toThrow(
      /Code: |privileges|readonly|does not exist|unknown/i,
    )
    expect(await count(readers.user, 'silver.readings')).toBeGreaterThan(0)
  })
})
