import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asked, READINGS, said, startBiCity, TOKENS, type BiCity } from './city.ts'

let city: BiCity
let client: ClickHouseClient

beforeAll(async () => {
  city = await startBiCity()
  client = clientOf(TOKENS.reader)
})

afterAll(async () => {
  await client.close()
  await city.close()
})

const clientOf = (password: string) =>
  createClient({ url: `http://127.0.0.1:${city.port}`, username: 'default', password, database: 'bi' })

describe('ClickHouse’s own client for Node', () => {
  it('is told that the server is there, and its version', async () => {
    expect(await client.ping()).toMatchObject({ success: true })
    expect(await said(city, 'SELECT timezone(), currentDatabase(), currentUser()')).toBe('UTC\tbi\treader\n')
    expect(await said(city, 'SELECT version()')).toMatch(/^\d+\.\d+\.\d+/)
  })

  it('reads rows in each of its formats, with parameters as they were meant', async () => {
    const district = "st. john's"
    const query =
      'SELECT district, sum(readings) AS n FROM hourly_summary WHERE district = {d:String} GROUP BY district'
    for (const format of ['JSON', 'JSONEachRow', 'JSONCompactEachRow'] as const) {
      const rows = await client.query({ query, format, query_params: { d: district } })
      expect(JSON.stringify(await rows.json())).toContain(district)
    }
    const odd = { t: 'a\tb\\c\n', n: null, l: ["it's", 'two'] }
    const echo = await client.query({
      query: 'SELECT {t:String} AS t, {n:Nullable(String)} AS n, {l:Array(String)} AS l',
      format: 'JSONEachRow',
      query_params: odd,
    })
    expect(await echo.json()).toEqual([odd])
    const csv = await client.query({ query: 'SELECT count() AS n FROM readings', format: 'CSVWithNames' })
    expect(await csv.text()).toBe(`"n"\n${READINGS}\n`)
  })

  it('streams rows, packed where it asks for it', async () => {
    const packing = createClient({
      url: `http://127.0.0.1:${city.port}`,
      password: TOKENS.reader,
      compression: { response: true },
    })
    const rows = await packing.query({ query: 'SELECT * FROM readings', format: 'JSONEachRow' })
    let count = 0
    for await (const some of rows.stream()) count += some.length
    await packing.close()
    expect(count).toBe(READINGS)
  })

  it('learns of mistakes by their code', async () => {
    const wrong = (query: string) => client.query({ query }).then(rows => rows.text())
    await expect(wrong('SELECT nowhere FROM readings')).rejects.toMatchObject({ code: '47' })
    await expect(wrong('SELECT * FROM nothing')).rejects.toMatchObject({ code: '497' })
    await expect(wrong('SELEC')).rejects.toThrow()
    await expect(
      client.insert({ table: 'readings', values: [{ a: 1 }], format: 'JSONEachRow' }),
    ).rejects.toThrow()
    await expect(client.command({ query: 'DROP TABLE gold.hourly_summary' })).rejects.toMatchObject({
      code: '497',
    })
  })
})

describe('the views for BI tools', () => {
  it('show the clock of the city', async () => {
    const sql = 'SELECT min(window_start), min(window_start_local) FROM hourly_summary'
    expect(await said(city, sql)).toBe('2026-06-01 12:00:00\t2026-06-01 08:00:00\n')
  })

  it('are what a tool finds, with a type and a sentence each, and no other table', async () => {
    const names = (await said(city, 'SHOW TABLES')).trim().split('\n')
    expect(names).toEqual(expect.arrayContaining(['hourly_summary', 'intersections', 'incidents', 'weather']))
    const tables = (await said(city, "SELECT name FROM system.tables WHERE database = 'bi'"))
      .trim()
      .split('\n')
    expect(names.toSorted()).toEqual(tables.toSorted())
    const hidden =
      "SELECT count() FROM system.columns WHERE database IN ('system', 'INFORMATION_SCHEMA') OR table LIKE '%_state'"
    expect(await said(city, hidden)).toBe('0\n')
    const odd = await said(
      city,
      "SELECT DISTINCT type FROM system.columns WHERE database = 'bi' AND match(type, 'LowCardinality|UInt|Decimal|Array|Enum|Map|Tuple|Aggregate')",
    )
    expect(odd).toBe('')
  })

  it('all answer', async () => {
    const tables = (
      await said(city, "SELECT name FROM system.tables WHERE database = 'bi' ORDER BY name")
    ).trim()
    for (const table of tables.split('\n')) {
      const answer = await asked(city, `SELECT * FROM ${table} LIMIT 2 FORMAT Native`)
      expect(answer.status, table).toBe(200)
      await answer.arrayBuffer()
    }
  })
})

describe('who may', () => {
  it('without a token, or with an unknown one, see nothing', async () => {
    for (const token of [null, 'art_wrong']) {
      const answer = await asked(city, 'SELECT count() FROM readings', { token })
      expect(answer.status).toBe(403)
      expect(answer.headers.get('x-clickhouse-exception-code')).toBe('516')
    }
  })

  it('with a token that does not cover reading, see nothing, not even what there is', async () => {
    for (const sql of [
      'SELECT 1',
      'SHOW TABLES',
      'SELECT * FROM system.tables',
      'SELECT count() FROM bi.readings',
      'SELECT version()',
    ]) {
      const answer = await asked(city, sql, { token: TOKENS.feeder })
      expect(answer.headers.get('x-clickhouse-exception-code'), sql).toBe('497')
      expect(await answer.text()).toBe(
        'Code: 497. DB::Exception: The token "feeder" does not cover "read". (ACCESS_DENIED)\n',
      )
    }
  })

  it('show it in any of the protocol’s places', async () => {
    const url = `http://127.0.0.1:${city.port}/`
    const basic = { authorization: `Basic ${Buffer.from(`any:${TOKENS.reader}`).toString('base64')}` }
    for (const [query, headers] of [
      ['?query=SELECT+1', basic],
      [`?query=SELECT+1&user=any&password=${TOKENS.reader}`, {}],
      ['?query=SELECT+1', { authorization: `Bearer ${TOKENS.reader}` }],
    ] as const) {
      expect(await (await fetch(url + query, { headers })).text()).toBe('1\n')
    }
  })

  it('have limits of their own, and learn that more was not sent', async () => {
    const little = await asked(city, 'SELECT sensor_id FROM readings', { token: TOKENS.small })
    expect(little.headers.get('x-clickhouse-exception-code')).toBe('396')
    expect(await little.text()).toContain('more than 10 rows')
    const ten = await asked(city, 'SELECT sensor_id FROM readings LIMIT 10', { token: TOKENS.small })
    expect((await ten.text()).trim().split('\n')).toHaveLength(10)
    const memory = await asked(city, 'SELECT groupArray(number) FROM numbers(20000000)', {
      token: TOKENS.small,
    })
    expect(memory.headers.get('x-clickhouse-exception-code')).toBe('241')
  })

  it('are not pages of other sites', async () => {
    const answer = await fetch(`http://127.0.0.1:${city.port}/?query=SELECT+1&password=${TOKENS.reader}`, {
      headers: { origin: 'https://elsewhere.example' },
    })
    expect(answer.status).toBe(403)
  })
})

describe('what drivers add', () => {
  it('is taken off: FORMAT and SETTINGS, in the statement and in the address', async () => {
    expect(await said(city, 'SELECT 1 AS a SETTINGS max_threads = 1 FORMAT JSONEachRow')).toBe('{"a":1}\n')
    const query = '?default_format=CSV&session_id=x&wait_end_of_query=1&max_result_rows=5'
    expect(await (await asked(city, "SELECT 'a'", { query })).text()).toBe('"a"\n')
    const quoted = '?output_format_json_quote_64bit_integers=1'
    expect(
      await (await asked(city, 'SELECT toInt64(1) AS a FORMAT JSONEachRow', { query: quoted })).text(),
    ).toBe('{"a":"1"}\n')
  })

  it('is refused where it would change more than how values are written', async () => {
    for (const query of ['?allow_ddl=1', '?profile=default', '?join_algorithm=hash']) {
      const answer = await asked(city, 'SELECT 1', { query })
      expect(answer.headers.get('x-clickhouse-exception-code'), query).toBe('164')
    }
    const inside = await asked(city, "SELECT 1 SETTINGS additional_result_filter = '1'")
    expect(inside.headers.get('x-clickhouse-exception-code')).toBe('164')
    expect((await asked(city, 'SELECT 1', { query: '?database=gold' })).status).toBe(404)
  })
})
