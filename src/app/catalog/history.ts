import { isDeepStrictEqual } from 'node:util'
import type { DatasetVersion, SchemaVersion } from '../../serve/contract/intake/catalog.ts'
import { isBreaking, judgeSchema } from './schema/drift.ts'
import type { Judgement, Look, Wants } from './schema/drift.ts'
import type { DatasetMemory } from './memory.ts'

/** A live source has some hundred versions a day, and its page need not show more. */
export const KEEP_VERSIONS = 500
export const KEEP_SCHEMAS = 100

/** Where a schema was learnt: downloads and files have their own, another source begins anew. */
export interface Origin {
  readonly holds: SchemaVersion['holds']
  readonly source: string
}

/** What a version was compared with: null where nothing is known. */
export interface Judged extends Judgement {
  readonly against: number | null
}

/**
 * A version against what was taken last, or what somebody has accepted since by resuming: the source may be right again, or stay as
 * it is. The comparison that leaves least to say counts.
 */
export function judgeVersion(memory: DatasetMemory, origin: Origin, look: Look, wants: Wants): Judged {
  const known = candidates(memory, origin)
  if (known.length === 0) return { ...judgeSchema(null, look, wants), against: null }
  const judged = known.map(({ id, columns }) => ({ ...judgeSchema(columns, look, wants), against: id }))
  const weight = (one: Judged) => one.changes.length + (isBreaking(one) ? 1e6 : 0)
  return judged.reduce((best, one) => (weight(one) < weight(best) ? one : best))
}

function candidates({ schemas, versions }: DatasetMemory, origin: Origin): SchemaVersion[] {
  const known = schemas.filter(schema => schema.accepted && isOf(schema, origin))
  const ids = new Set(known.map(({ id }) => id))
  const used = versions.findLast(
    ({ state, schema }) => state === 'taken' && schema !== null && ids.has(schema),
  )
  const from = used?.schema ?? 0
  return known.filter(({ id }) => id >= from)
}

/**
 * The memory with one more version. The same one again takes the place of what was known of it; one that is held takes the place of
 * the one that was held before with the same schema, so that asking again does not fill the history.
 */
export function withVersion(
  memory: DatasetMemory,
  version: Omit<DatasetVersion, 'schema'>,
  judged: Judged | null,
  origin: Origin,
): DatasetMemory {
  const known = memory.versions.find(({ id }) => id === version.id)
  if (known?.state === version.state && known.schema !== null) {
    const again = { ...version, schema: known.schema }
    return { ...memory, versions: memory.versions.map(one => (one === known ? again : one)) }
  }
  const accepted = version.state !== 'held'
  // What is held for its rows, not for its columns, says nothing of these.
  const { schemas, id } =
    judged === null || (!accepted && !isBreaking(judged))
      ? { schemas: memory.schemas, id: judged?.against ?? null }
      : withSchema(memory.schemas, judged, { ...origin, since: version.received_at, accepted })
  const isReplaced = (one: DatasetVersion) =>
    one.id === version.id || (one.state === 'held' && version.state === 'held' && one.schema === id)
  const versions = [...memory.versions.filter(one => !isReplaced(one)), { ...version, schema: id }]
  versions.sort((a, b) => (a.id < b.id ? -1 : 1))
  return { ...memory, schemas: bounded(schemas), versions: versions.slice(-KEEP_VERSIONS) }
}

/** Somebody has looked at what was held: its columns are right from now on, and what it lost is lost. */
export function withHeldAccepted(memory: DatasetMemory): DatasetMemory {
  return {
    ...memory,
    schemas: memory.schemas.map(schema => ({ ...schema, accepted: true })),
    loss: memory.loss === null ? null : { ...memory.loss, accepted: true },
  }
}

function withSchema(
  schemas: readonly SchemaVersion[],
  { columns, changes, against }: Judged,
  about: Origin & Pick<SchemaVersion, 'since' | 'accepted'>,
): { schemas: SchemaVersion[]; id: number } {
  const same = about.accepted
    ? schemas.find(({ id }) => changes.length === 0 && id === against)
    : schemas.findLast(one => !one.accepted && isOf(one, about) && isDeepStrictEqual(one.columns, columns))
  const id = same?.id ?? 1 + Math.max(0, ...schemas.map(one => one.id))
  if (!about.accepted) return { id, schemas: same === undefined ? [...schemas, made(id)] : [...schemas] }
  // What somebody accepted and the source did not keep to would pass unseen the next time.
  const settled = schemas.map(one =>
    isOf(one, about) && one.id > (against ?? 0) && one.accepted ? { ...one, accepted: false } : one,
  )
  if (same === undefined) return { id, schemas: [...settled, made(id)] }
  // What was known of its columns may have become clearer.
  return { id, schemas: settled.map(one => (one.id === id ? { ...one, columns: [...columns] } : one)) }

  function made(own: number): SchemaVersion {
    return { id: own, ...about, columns: [...columns], changes: [...changes] }
  }
}

/** The oldest go, but never one that the next version is judged by. */
function bounded(schemas: readonly SchemaVersion[]): SchemaVersion[] {
  const needed = new Set(
    schemas.filter(
      (one, i) => one.accepted && schemas.findLastIndex(other => isOf(other, one) && other.accepted) === i,
    ),
  )
  const surplus = schemas.length - KEEP_SCHEMAS
  return schemas.filter((one, i) => i >= surplus || needed.has(one))
}

function isOf(schema: Origin, { holds, source }: Origin): boolean {
  return schema.holds === holds && schema.source === source
}
