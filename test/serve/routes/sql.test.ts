import { describe, expect, it, vi } from 'vitest'
import { EngineQueryError } from '../../../src/core/errors.ts'
import { buildServer, type ServerDeps } from '../../../src/serve/server.ts'
import {
  SqlBusyError,
  SqlLimitError,
  SqlRefusedError,
  type RunSql,
  type SqlRequest,
} from '../../../src/serve/sql/index.ts'
import { fakeAnswer, fakeDeps } from '../fake-deps.ts'
import { problem } from '../problem.ts'

const server = (over: Partial<ServerDeps>) => buildServer(fakeDeps(over))

describe('POST /v1/sql', () => {
  const ask = (payload: string, type = 'text/plain', query = '', sql: RunSql = reading()) =>
    server({ sql }).inject({
      method: 'POST',
      url: `/v1/sql${query}`,
      headers: { 'content-type': type },
      payload,
    })

  /** Reads what was sent, as the real one does. */
  const reading = (requests: SqlRequest[] = []): RunSql => {
    return async read => {
      requests.push(await read())
      return fakeAnswer('[]')
    }
  }

  it('hands on the body and the parameters of the address', async () => {
    const requests: SqlRequest[] = []
    await ask('SELECT {x:String}', 'text/plain', '?param_x=1', reading(requests))
    expect(requests).toEqual([{ body: Buffer.from('SELECT {x:String}'), json: false, params: { x: '1' } }])
    await ask('{"sql":"SELECT 1"}', 'application/json', '', reading(requests))
    expect(requests[1]).toMatchObject({ json: true, params: {} })
  })

  it('asks for the rows in the format wanted', async () => {
    const sql = vi.fn<RunSql>(async () => fakeAnswer('a,b\n'))
    const response = await ask('SELECT 1', 'text/plain', '?format=csv', sql)
    expect(sql.mock.calls[0]?.[1]).toBe('csv')
    expect(response.body).toBe('a,b\n')
  })

  it.each([true, false])('tells before the rows whether some are missing: %s', async truncated => {
    const response = await ask('SELECT 1', 'text/plain', '', async () => fakeAnswer('[]', truncated))
    expect(response.headers['x-truncated']).toBe(String(truncated))
  })

  it('tells so behind the rows of a large answer', async () => {
    let known: boolean | null = null
    const sql: RunSql = async () => {
      const answer = fakeAnswer('[]', null)
      answer.body.once('end', () => (known = true))
      return { ...answer, truncated: () => known }
    }
    const response = await ask('SELECT 1', 'text/plain', '', sql)
    expect(response.headers['x-truncated']).toBeUndefined()
    expect(response.trailers['x-truncated']).toBe('true')
  })

  it('reads no body for which there is no place', async () => {
    const sql: RunSql = () => Promise.reject(new SqlBusyError('too many', 7))
    const response = await ask('x'.repeat(100_000), 'text/plain', '', sql)
    expect(problem(response)).toMatchObject({ status: 429, code: 'ART_SQL_BUSY' })
    expect(response.headers['retry-after']).toBe('7')
  })

  it('shows the caller a mistake in the statement', async () => {
    const sql = () => Promise.reject(new EngineQueryError('Unknown column colour', 47))
    const response = await ask('SELECT colour', 'text/plain', '', sql)
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
    [new SqlBusyError('wait', 3), 429],
  ])('answers %s with %i', async (error, code) => {
    const response = await ask('SELECT 1', 'text/plain', '', () => Promise.reject(error))
    expect(problem(response)).toMatchObject({ status: code, code: error.code, detail: error.message })
  })

  it.each([
    ['SELECT 1', 'application/xml', '', 415],
    ['SELECT 1', 'application/x-www-form-urlencoded', '', 200],
    ['SELECT 1', 'text/plain', '?param_0=1', 400],
    ['SELECT 1', 'text/plain', '?format=xlsx', 400],
    ['SELECT 1', 'text/plain', '?max_threads=9', 400],
    ['SELECT 1', 'text/plain', '?param_x=1&param_x=2', 400],
    ['x'.repeat(2 ** 19 + 1), 'text/plain', '', 413],
    ['\xff', 'text/plain; charset=binary', '', 200],
  ])('judges %.20j as %s%s', async (payload, type, query, code) => {
    expect((await ask(payload, type, query)).statusCode).toBe(code)
  })
})
