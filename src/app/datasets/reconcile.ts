import type { WireRecord } from './reader.ts'

/** What a dataset said last of one thing. */
export interface KnownThing {
  /** As it was read. */
  readonly record: WireRecord
  /** The version under which the log has it. */
  readonly version: string
  readonly isWithdrawn: boolean
  /** The version is one of ours: what the source says next may be older. */
  readonly isRenewed: boolean
}

export type KnownThings = ReadonlyMap<string, KnownThing>

export interface Reconciling {
  /** Fields of the wire. */
  readonly key: readonly string[]
  readonly version: string
  /** The dataset was read whole: what it no longer has was deleted there. */
  readonly isWhole: boolean
  /** Ids of things that are there, but can't be read: they are neither told nor withdrawn. */
  readonly present?: ReadonlySet<string>
  /** When it was received. */
  readonly atMs: number
  readonly renewed: (record: WireRecord, versionAt: string) => WireRecord
}

export interface Reconciled {
  /** What the log has not: new, changed, come back, withdrawn. */
  readonly lines: readonly WireRecord[]
  readonly withdrawn: number
  /** Ids of things that are otherwise than before under the version that they had: which of both counts is up to the stream. */
  readonly restated: readonly string[]
  readonly known: KnownThings
}

/**
 * What a dataset says otherwise than before: what is as it was is not told again, and what a whole dataset no longer has is
 * withdrawn. What comes back with the version that was withdrawn, or older, gets a newer one, so that it counts again.
 *
 * Pure: the same deliveries in the same order give the same lines.
 */
export function reconcile(
  records: readonly WireRecord[],
  before: KnownThings,
  { key, version, isWhole, present = new Set(), atMs, renewed }: Reconciling,
): Reconciled {
  const known = new Map(before)
  const seen = new Set(present)
  const lines: WireRecord[] = []
  const restated = new Set<string>()
  /** Things of which some row is as it was, whatever other rows say. */
  const unchanged = new Set<string>()
  const tell = (id: string, told: WireRecord, thing: Omit<KnownThing, 'version'>) => {
    lines.push(told)
    known.set(id, { ...thing, version: textOf(told[version]) })
  }
  for (const record of records) {
    const id = keyTextOf(record, key)
    const was = known.get(id)
    seen.add(id)
    const last = before.get(id)
    if (last !== undefined && isSame(last.record, record)) unchanged.add(id)
    if (was !== undefined && !was.isWithdrawn && isSame(was.record, record)) continue
    const own = textOf(record[version])
    const isOld = was !== undefined && (was.isWithdrawn || was.isRenewed) && own <= was.version
    const told = isOld ? renewed(record, later(was.version, atMs)) : record
    if (last !== undefined && !isOld && own === last.version) restated.add(id)
    tell(id, told, { record, isWithdrawn: false, isRenewed: isOld })
  }
  let withdrawn = 0
  for (const [id, { record, version: last, isWithdrawn }] of isWhole ? before : []) {
    if (seen.has(id) || isWithdrawn) continue
    withdrawn++
    const gone = { ...record, [version]: later(last, atMs), withdrawn: true }
    tell(id, gone, { record, isWithdrawn: true, isRenewed: false })
  }
  return { lines, withdrawn, restated: [...restated].filter(id => !unchanged.has(id)), known }
}

/** What tells one thing from another, as a text. */
export function keyTextOf(record: WireRecord, key: readonly string[]): string {
  return JSON.stringify(key.map(name => record[name]))
}

function isSame(a: WireRecord, b: WireRecord): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function later(version: string, atMs: number): string {
  const ms = Date.parse(version)
  return new Date(Number.isNaN(ms) ? atMs : Math.max(atMs, ms + 1)).toISOString()
}

/** Instants of the wire are ISO in UTC: in the order of their texts, but for their fractions. */
function textOf(value: unknown): string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : ''
}
