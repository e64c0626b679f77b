/** Names of the log's files beside those of its segments. */
import {
  BASE_DIGITS,
  baseDigits,
  PACKED_SIDECAR_END,
  SEGMENT_END,
  SIDECAR_END,
} from '../../core/segment-names.ts'

export { segmentName } from '../../core/segment-names.ts'

const SEGMENT = named(SEGMENT_END)
const SIDECAR = named(SIDECAR_END, PACKED_SIDECAR_END)

export const DAMAGED_FOLDER = 'damaged'
export const POSITIONS_FILE = 'positions.json'
export const LOSSES_FILE = 'losses.json'

export function sidecarName(base: number): string {
  return `${baseDigits(base)}${SIDECAR_END}`
}

/** The sidecar of a segment's first frames, once they were compacted. */
export function packedSidecarName(base: number): string {
  return `${baseDigits(base)}${PACKED_SIDECAR_END}`
}

export function damagedName(base: number, offset: number): string {
  return `${baseDigits(base)}-${offset}.bin`
}

/** Bases of the segments, or of the sidecars, among a folder's names, ascending. */
export function segmentBases(names: readonly string[]): number[] {
  return basesOf(names, SEGMENT)
}

export function sidecarBases(names: readonly string[]): number[] {
  return basesOf(names, SIDECAR)
}

function basesOf(names: readonly string[], pattern: RegExp): number[] {
  const bases = new Set(names.flatMap(name => pattern.exec(name)?.[1] ?? []).map(Number))
  return [...bases].sort((a, b) => a - b)
}

function named(...ends: readonly string[]): RegExp {
  return new RegExp(`^(\\d{${BASE_DIGITS}})(?:${ends.map(end => end.replaceAll('.', '\\.')).join('|')})$`)
}
