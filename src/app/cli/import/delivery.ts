import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import { z } from 'zod'
import type { Positions } from '../../../core/positions.ts'
import { Runs } from '../../../serve/contract/outcome.ts'
import type { Client } from '../client/index.ts'
import { RefusedError } from '../client/index.ts'
import type { UnreachableError } from '../client/index.ts'
import { patiently } from './patience.ts'
import type { Patience } from './patience.ts'

export interface DeliveryOptions extends Patience {
  readonly client: Client
  readonly source: string
  readonly intervalS: number | null
}

export interface Delivered {
  /** Where the lines stand in the log. */
  readonly positions: Positions
  /** They may stand in the log a second time: an earlier answer was lost. */
  readonly isRepeated: boolean
}

const compress = promisify(zstdCompress)
const Accepted = z.object({ accepted: z.number(), positions: Runs })

/** Sends lines to the door for readings, patiently, and resolves once they are durable. */
export function delivery(options: DeliveryOptions): (lines: Buffer) => Promise<Delivered> {
  const { client, source, intervalS } = options
  const query = new URLSearchParams({
    source,
    ...(intervalS === null ? {} : { interval_s: String(intervalS) }),
  })
  const path = `/v1/readings?${query.toString()}`
  const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'zstd' }

  return async lines => {
    const body = await compress(lines, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
    let isRepeated = false
    const { positions } = await patiently(
      () => client.json(Accepted, 'POST', path, { body, headers }),
      options,
      error => (isRepeated ||= mayBeDurable(error)),
    )
    return { positions, isRepeated }
  }
}

/** Whether lines may be on disk although their delivery failed. */
function mayBeDurable(error: RefusedError | UnreachableError): boolean {
  if (error instanceof RefusedError) return error.status >= 500 && error.problem['durable'] !== 0
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException
  return code !== 'ECONNREFUSED' && code !== 'ENOENT'
}
