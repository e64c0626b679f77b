import { EngineUnavailableError } from '../../core/errors.ts'
import type { Engine } from '../engine/index.ts'

/** The positions a table holds, of those that a start scans again: a bit each, from `from` on. */
export interface Present {
  readonly from: number
  readonly bits: Uint8Array
}

/** The positions that tables hold already, by table; one that is not there holds none. */
export type Held = Readonly<Record<string, Present>>

/** Whether a table holds a position already. */
export function heldIn(held: Held, table: string): (position: number) => boolean {
  const present = held[table] ?? NOTHING_PRESENT
  return position => isPresent(present, position)
}

export const NOTHING_PRESENT: Present = { from: 0, bits: new Uint8Array(0) }

export function isPresent({ from, bits }: Present, position: number): boolean {
  const offset = position - from
  return offset >= 0 && ((bits[Math.floor(offset / 8)] ?? 0) & (1 << (offset & 7))) !== 0
}

/**
 * Asks a table which positions of [from, upto] it holds. A watermark would not do: a part that is lost from below it
 * leaves a hole, and what was in it would be skipped.
 */
export async function presentIn(engine: Engine, table: string, from: number, upto: number): Promise<Present> {
  if (upto < from) return NOTHING_PRESENT
  const bits = new Uint8Array(Math.ceil((upto - from + 1) / 8))
  const stream = await engine.stream(
    `SELECT toUInt64(t.position - {from:UInt64}) AS at FROM ${table} AS t
     WHERE t.position >= {from:UInt64} AND t.position <= {upto:UInt64}`,
    'RowBinary',
    { session: 'load', params: { from, upto } },
  )
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of stream) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer)
    const whole = bytes.length - (bytes.length % 8)
    for (let at = 0; at < whole; at += 8) {
      const offset = Number(bytes.readBigUInt64LE(at))
      bits[Math.floor(offset / 8)] = (bits[Math.floor(offset / 8)] ?? 0) | (1 << (offset & 7))
    }
    rest = bytes.subarray(whole)
  }
  if (rest.length > 0) throw new EngineUnavailableError(`the positions of ${table} end within one`)
  return { from, bits }
}
