import { describe, expect, it, vi } from 'vitest'
import { EngineQueryError } from '../../../src/core/errors.ts'
import { buildServer, type ServerDeps } from '../../../src/serve/server.ts'
import { SqlBusyError, SqlLimitError, SqlRefusedError } from '../../../src/serve/sql/index.ts'
import { fakeDeps } from '../fake-deps.ts'
import { problem } from '../problem.ts'

const server = (over: Partial<ServerDeps>) => buildServer(fakeDeps(over))

describe('POST /v1/sql', () => {
  const ask = (payload: string, type = 'text/plain', query = '', sql = vi.fn(fakeDeps().sql)) =>
    server({ sql })
      .inject({ method: 'POST', url: `/v1/sql${query}`, headers: { 'content-type': type }, payload })
      .then(response => ({ response, sql }))

  it('hands on the statement and its parameters', async () => {
    const { sql } = await ask('SELECT {x:String}', 'text/plain', '?param_x=1')
    expect(sql.mock.calls[0]?.slice(0, 2)).toEqual(['SELECT {x:String}', { x: '1' }])
  })

  it('takes them as JSON too', async () => {
    const { sql } = await ask('{"sql":"SELECT 1","params":{"n":5}}', 'application/json')
    expect(sql.mock.calls[0]?.slice(0, 2)).toEqual(['SELECT 1', { n: 5 }])
  })

  const rows = {
    columns: [
      { name: 'a', type: 'String' },
      { name: 'b', type: 'Array(UInt8)' },
    ],
    rows: [
      ['x, "y"', [1, 2]],
      ['', null],
    ],
    truncated: true,
  }

  it.each([
    ['json', 'application/json; charset=utf-8', JSON.stringify(rows)],
    ['ndjson', 'application/x-ndjson; charset=utf-8', '{"a":"x, \\"y\\"","b":[1,2]}\n{"a":"","b":null}\n'],
    ['csv', 'text/csv; charset=utf-8; header=present', 'a,b\r\n"x, ""y""","[1,2]"\r\n"",\r\n'],
  ])('answers the rows as %s', async (format, type, body) => {
    const { response } = await ask(
      'SELECT 1',
      'text/plain',
      `?format=${format}`,
      vi.fn(async () => rows),
    )
    expect(response.headers['content-type']).toBe(type)
    expect(response.headers['x-truncated']).toBe('true')
    expect(response.body).toBe(body)
  })

  it('shows the caller a mistake in the statement', async () => {
    const sql = vi.fn(() => Promise.reject(new EngineQueryError('Unknown column colour', 47)))
    const { response } = await ask('SELECT colour', 'text/plain', '', sql)
    expect(problem(response)).toMatchObject({
      code: 'ART_SQL_MISTAKE',
      status: 400,
      detail: 'Unknown column colour',
      engineCode: 47,
    })
  })

  it.each([
    [new SqlRefusedError('url() may not be used'), 400],
    [new SqlLimitError('took too long'), 400],
    [new SqlBusyError('wait'), 503],
  ])('answers %s with %i', async (error, code) => {
    const { response } = await ask(
      'SELECT 1',
      'text/plain',
      '',
      vi.fn(() => Promise.reject(error)),
    )
    expect(problem(response)).toMatchObject({ status: code, code: error.code, detail: error.message })
  })

  it.each([
    ['', 'text/plain', '', 400],
    ['{"query":"SELECT 1"}', 'application/json', '', 400],
    ['SELECT 1', 'application/xml', '', 415],
    ['SELECT 1', 'application/x-www-form-urlencoded', '', 200],
    ['SELECT 1', 'text/plain', '?param_0=1', 400],
    ['SELECT 1', 'text/plain', '?format=xlsx', 400],
    ['SELECT 1', 'text/plain', '?max_threads=9', 400],
    ['SELECT 1', 'text/plain', '?param_x=1&param_x=2', 400],
    ['x'.repeat(2 ** 20 + 1), 'text/plain', '', 413],
    ['\xff', 'text/plain; charset=binary', '', 200],
  ])('judges %.20j as %s%s', async (payload, type, query, code) => {
    expect((await ask(payload, type, query)).response.statusCode).toBe(code)
  })
})
