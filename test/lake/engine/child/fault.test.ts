import { describe, expect, it } from 'vitest'
import { EngineFault, faultOf } from '../../../../src/lake/engine/child/fault.ts'

describe('faultOf', () => {
  it('takes the number from the engine’s words and says it once', () => {
    const nested = new Error(
      'Code: 27. DB::Exception: Code: 27. DB::Exception: Cannot parse. (CANNOT_PARSE) (version 26.7.2.1). (CANNOT_PARSE)',
    )
    expect(faultOf(nested)).toEqual({
      code: 27,
      status: 400,
      text: 'Code: 27. DB::Exception: Cannot parse. (CANNOT_PARSE)',
    })
  })

  it('gives the statuses of a ClickHouse server', () => {
    const status = (code: number) => faultOf(new Error(`Code: ${code}. DB::Exception: x. (X)`)).status
    expect([60, 62, 159, 164, 241].map(status)).toEqual([404, 400, 408, 403, 500])
    expect(faultOf(new EngineFault(516, 'AUTHENTICATION_FAILED', 'no', 403)).status).toBe(403)
  })

  it('calls what it does not know an unknown exception', () => {
    expect(faultOf('gone')).toEqual({ code: 1002, status: 500, text: 'Code: 1002. DB::Exception: gone' })
  })
})
