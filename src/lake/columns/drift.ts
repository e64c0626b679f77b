/** How many undeclared fields of a batch are told apart; the rest are noted as `…`. */
const MAX_DRIFT_FIELDS = 1000

/** Where a field that is not declared was seen, in a scan. */
export interface Drift {
  firstPosition: number
  lastPosition: number
  firstAtMs: number
  lastAtMs: number
}

/** Notes one more place where a field was seen. */
export function noteDrift(drift: Map<string, Drift>, name: string, position: number, atMs: number): void {
  const short = name.slice(0, 256)
  const field = drift.has(short) || drift.size < MAX_DRIFT_FIELDS ? short : '…'
  const known = drift.get(field)
  if (known === undefined) {
    drift.set(field, { firstPosition: position, lastPosition: position, firstAtMs: atMs, lastAtMs: atMs })
    return
  }
  known.lastPosition = position
  known.firstAtMs = Math.min(known.firstAtMs, atMs)
  known.lastAtMs = Math.max(known.lastAtMs, atMs)
}
