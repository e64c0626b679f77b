import { createHash } from 'node:crypto'

/** Lines that are no readings, each with the one reason it is refused for; `i` makes each of its own. */
const KINDS: readonly (readonly [reason: string, line: (i: number, at: string) => string | Buffer])[] = [
  ['json_syntax', (i, at) => `{"sensor_id":"G","timestamp":"${at}","vehicle_count":${i}`],
  ['average_speed_type', (i, at) => `{"sensor_id":"G-${i}","timestamp":"${at}","average_speed":NaN}`],
  ['json_syntax', i => `\0\0${i}\0`],
  ['json_syntax', i => `sensor ${i}, fast, 12:00`],
  ['utf8', i => Buffer.from([0x7b, 0xff, 0xfe, 0x80 | (i & 0x3f), ...Buffer.from(String(i)), 0xc0])],
  ['json_depth', i => `${'['.repeat(i % 1000 === 5 ? 100_000 : 100)}${i}`],
  ['json_depth', i => `${'{"a":'.repeat(80)}${i}${'}'.repeat(80)}`],
  ['not_object', i => `[${i}]`],
  ['vehicle_count_type', (i, at) => `{"sensor_id":"G","timestamp":"${at}","vehicle_count":"${i}"}`],
  ['vehicle_count_range', (i, at) => `{"sensor_id":"G-${i}","timestamp":"${at}","vehicle_count":1e300}`],
  ['average_speed_range', (i, at) => `{"sensor_id":"G","timestamp":"${at}","average_speed":-${i + 1}}`],
  ['timestamp_format', i => `{"sensor_id":"G","timestamp":"2026-02-30T00:00:${i}","average_speed":3}`],
  ['timestamp_future', i => `{"sensor_id":"G-${i}","timestamp":"2999-01-01T00:00:00Z","average_speed":3}`],
  ['no_measure', (i, at) => `{"sensor_id":"G-${i}","timestamp":"${at}","colour":"red"}`],
]

export const MIB = 1024 * 1024

export function garbage(i: number, at: string): readonly [reason: string, line: Buffer] {
  const [reason, line] = KINDS[i % KINDS.length]!
  return [reason, Buffer.from(line(i, at) as string)]
}

/** Lines of megabytes: half a string, and whole JSON with an id that long. */
export function large(i: number, bytes: number, at: string): readonly [reason: string, line: Buffer] {
  if (i % 2 === 0) return ['json_syntax', Buffer.from(`{"sensor_id":"${i}${'x'.repeat(bytes)}`)]
  const id = 'x'.repeat(bytes)
  return ['sensor_id_range', Buffer.from(`{"sensor_id":"${i}${id}","timestamp":"${at}","vehicle_count":1}`)]
}

export function good(i: number, baseMs: number): string {
  const at = new Date(baseMs + Math.floor(i / 1000) * 30_000).toISOString()
  return `{"sensor_id":"S-${i % 1000}","timestamp":"${at}","vehicle_count":${i % 50},"average_speed":${(i % 700) / 10}}`
}

/** A sum of lines that does not depend on their order; `SUM_SQL` is the same. */
export class LineSum {
  #sum = 0n
  add(line: Uint8Array): void {
    this.#sum += createHash('md5').update(line).digest().readBigUInt64LE()
  }

  get text(): string {
    return BigInt.asUintN(64, this.#sum).toString()
  }
}
export const SUM_SQL = 'toString(sum(reinterpretAsUInt64(substring(MD5(line), 1, 8))))'
