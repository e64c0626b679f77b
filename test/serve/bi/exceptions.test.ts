import { describe, expect, it } from 'vitest'
import { EngineQueryError } from '../../../src/core/errors.ts'
import { exceptionOf } from '../../../src/serve/bi/exceptions.ts'
import { SqlBusyError, SqlRefusedError } from '../../../src/serve/sql/index.ts'

describe('what went wrong', () => {
  it('has the words and the code that drivers look for', () => {
    expect(exceptionOf(new SqlRefusedError('the table x is not allowed'))).toEqual({
      code: 497,
      status: 403,
      message: 'Code: 497. DB::Exception: the table x is not allowed. (ACCESS_DENIED)\n',
    })
    expect(exceptionOf(new EngineQueryError('Unknown identifier', 47))).toMatchObject({
      code: 47,
      status: 400,
    })
  })

  it('says when to come back', () => {
    expect(exceptionOf(new SqlBusyError('too many', 3))).toMatchObject({
      status: 429,
      headers: { 'retry-after': '3' },
    })
  })

  it('tells nothing of a mistake of the program', () => {
    const { status, message } = exceptionOf(new TypeError('secret of the inside'))
    expect(status).toBe(500)
    expect(message).not.toContain('secret')
  })
})
