import { crc32 } from 'node:zlib'

/** JSON with a checksum of itself as its last key, so that a flipped digit is no other value but damage. */
export function seal(value: object): string {
  const text = JSON.stringify(value)
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"sum":${crc32(text)}}\n`
}

export interface Unsealed {
  readonly value: unknown
  /** false: it bears no checksum, as versions before wrote it. */
  readonly sealed: boolean
}

/** @throws {SyntaxError} when it is not JSON, or not what was sealed */
export function unseal(text: string): Unsealed {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || !('sum' in value)) return { value, sealed: false }
  const { sum, ...rest } = value
  if (crc32(JSON.stringify(rest)) !== sum) throw new SyntaxError('its checksum differs')
  return { value: rest, sealed: true }
}
