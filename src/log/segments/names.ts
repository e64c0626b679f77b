/** Names of the log's files. A segment is named after the position of its first line. */

const SEGMENT = /^(\d{20})\.ndjson\.zst$/
const SIDECAR = /^(\d{20})\.frames\.(?:ndjson|zst)$/

export const DAMAGED_FOLDER = 'damaged'
export const POSITIONS_FILE = 'positions.json'
export const LOSSES_FILE = 'losses.json'

export function segmentName(base: number): string {
  return `${digits(base)}.ndjson.zst`
}

export function sidecarName(base: number): string {
  return `${digits(base)}.frames.ndjson`
}

/** The sidecar of a segment's first frames, once they were compacted. */
export function packedSidecarName(base: number): string {
  return `${digits(base)}.frames.zst`
}

export function damagedName(base: number, offset: number): string {
  return `${digits(base)}-${offset}.bin`
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

function digits(base: number): string {
  return String(base).padStart(20, '0')
}
