import { describe, expect, it } from 'vitest'
import { AppError, EngineQueryError, EngineUnavailableError } from '../../src/core/errors.ts'
import { problemKinds, problemOf, RequestError } from '../../src/serve/problems.ts'
import * as sql from '../../src/serve/sql/refused.ts'
import * as ingest from '../../src/sources/http/ingest-error.ts'

describe('problemKinds', () => {
  it('lists every code that a door or the SQL guard answers with, and its status', () => {
    const { IngestError, BodyFault, ...faults } = ingest
    expect(IngestError.prototype).toBeInstanceOf(AppError)
    for (const Fault of Object.values({ ...faults, ...sql })) {
      const error = new (Fault as new (message: string) => AppError & { status: number })('x')
      expect(error).toBeInstanceOf(error.code.startsWith('ART_SQL') ? AppError : BodyFault)
      expect(problemKinds).toHaveProperty(error.code)
      expect(problemKinds[error.code as keyof typeof problemKinds].status).toBe(error.status)
    }
  })
})

describe('problemOf', () => {
  it('tells nothing of a bug, nor of a statement of ours that the engine refused', () => {
    for (const error of [new Error('secret'), 'secret', null, new EngineQueryError('secret', 62)]) {
      const { problem } = problemOf(error)
      expect(problem.status).toBe(500)
      expect(JSON.stringify(problem)).not.toContain('secret')
    }
  })

  it('says when to try again, if that may help', () => {
    expect(problemOf(new EngineUnavailableError('away')).headers).toEqual({ 'retry-after': '2' })
    expect(problemOf(new RequestError('ART_BODY', 'no')).headers).toEqual({})
  })

  it('takes a status that means nothing for a bug', () => {
    class OddError extends AppError {
      readonly code = 'ART_ODD'
      readonly status = 200
    }
    expect(problemOf(new OddError('odd')).problem.status).toBe(500)
    expect(problemOf(Object.assign(new Error('plugin'), { statusCode: 502 })).problem.code).toBe(
      'ART_INTERNAL',
    )
    expect(problemOf(Object.assign(new Error('gone'), { statusCode: 410 })).problem).toMatchObject({
      status: 410,
    })
  })
})
