import { z } from 'zod'
import { endOf } from '../../../core/positions.ts'
import type { Positions } from '../../../core/positions.ts'
import { AppError } from '../../../core/errors.ts'
import type { Client } from '../client/index.ts'
import { printable } from '../output.ts'

const Rows = z.object({ rows: z.array(z.tuple([z.string(), z.string(), z.coerce.number()])) })

/** The sensor and time that most conflicts fell on, in words; '' for who may deliver but not read. */
export async function conflictExample(client: Client, positions: Positions): Promise<string> {
  const sql = `SELECT sensor_id, toString(measured_at) AS at, count() AS n FROM silver.conflicts
    WHERE position >= {from:UInt64} AND position < {before:UInt64} GROUP BY sensor_id, measured_at ORDER BY n DESC LIMIT 1`
  const params = { from: positions[0]?.[0] ?? 0, before: endOf(positions) }
  try {
    const { rows } = await client.json(Rows, 'POST', '/v1/sql?format=json', {
      body: JSON.stringify({ sql, params }),
      headers: { 'content-type': 'application/json' },
    })
    const [row] = rows
    return row === undefined ? '' : ` For example: sensor_id "${printable(row[0])}" at ${row[1]} UTC.`
  } catch (error) {
    // An example is worth no failure.
    if (error instanceof AppError) return ''
    throw error
  }
}
