import type { Add } from '../delta/index.ts'
import type { Asked, Params } from './asked/asked.ts'
import { isTooLarge, MAX_ROWS } from './asked/asked.ts'
import { linesFrom } from './asked/bronze-lines.ts'
import type { SegmentRange } from './asked/bronze-lines.ts'
import type { PublishedColumn } from './asked/column-types.ts'
import type { Publication } from './publication.ts'
import { TAG } from './publication.ts'
import type { Growth } from './published-table.ts'

/** Positions [from, upto). */
export interface Span {
  readonly from: number
  readonly upto: number
}

/** Rows of a table that have positions, by day or month. */
export interface RowSource {
  readonly asked: Asked
  readonly columns: readonly PublishedColumn[]
  /** The files of the log there are, once SQL sees all of them; of `lines`. */
  readonly segments: () => Promise<readonly SegmentRange[]>
  /** @throws when other work may have changed the tables meanwhile, so that what was read may be no whole */
  readonly assertSteady: () => void
}

type RowGrowth = Extract<Growth, { kind: 'rows' | 'lines' }>

interface Part {
  readonly part: string
  readonly rows: number
  /** Of all rows together, in any order. */
  readonly print: string
}

/**
 * Publishes the rows up to a position, some at a time, each in one commit with the position it reaches.
 * @returns the rows that went out
 */
export async function appendRows(
  publication: Publication,
  growth: RowGrowth,
  source: RowSource,
  upto: number,
  signal: AbortSignal,
): Promise<number> {
  let sent = 0
  const span = { from: publication.position, upto }
  for await (const bite of bites(publication, growth, source, span, signal)) {
    if (bite.add.length === 0 && publication.version >= 0) {
      publication.level(bite.upto)
      continue
    }
    source.assertSteady()
    await publication.commit({
      ...{ operation: 'WRITE', columns: source.columns, partitionColumns: [partitionName(growth)] },
      ...{ add: bite.add, remove: [], position: bite.upto },
    })
    sent += bite.rows
  }
  return sent
}

/**
 * Publishes anew what a rebuild, a repair or retention changed behind the published position: each day or month that differs is
 * replaced in one commit.
 * @returns the partitions that were replaced
 */
export async function replaceChanged(
  publication: Publication,
  growth: Extract<Growth, { kind: 'rows' }>,
  source: RowSource,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { position } = publication
  const span = { from: 0, upto: position }
  const { changed, there, inLake } = await differingParts(publication, growth, source)
  for (const part of changed) {
    const add: Add[] = []
    if (inLake.has(part))
      for await (const bite of bites(publication, growth, source, span, signal, part)) add.push(...bite.add)
    source.assertSteady()
    await publication.commit({
      ...{ operation: 'REPLACE', columns: source.columns, partitionColumns: [partitionName(growth)] },
      ...{ add, remove: there.get(part)?.files ?? [], position, again: true },
    })
  }
  return changed
}

/** What tells positions of a partition from others: as many, and the same ones. */
export interface PositionSums {
  readonly rows: number
  readonly sum: bigint
  readonly xor: bigint
}

/** Of the lake below the published position, by partition. */
export async function sumsOf(
  publication: Publication,
  growth: RowGrowth,
  source: RowSource,
): Promise<ReadonlyMap<string, PositionSums>> {
  const span = { from: 0, upto: publication.position }
  const { from, where, params } = await rangeOf(publication, growth, source, span)
  const rows = await source.asked.rows<{ part: string; rows: number; sum: string; xor: string }>(
    `SELECT toString(${partitionSql(growth)}) AS part, toInt64(count()) AS rows, toString(sum(toUInt128(t.position))) AS sum,
       toString(groupBitXor(toUInt64(t.position))) AS xor
     FROM ${from} AS t WHERE ${where} GROUP BY part`,
    params,
  )
  return new Map(rows.map(one => [one.part, { rows: one.rows, sum: BigInt(one.sum), xor: BigInt(one.xor) }]))
}

/** The partitions of which the lake has other rows below the published position. */
export async function differingParts(
  publication: Publication,
  growth: RowGrowth,
  source: RowSource,
): Promise<{
  readonly changed: readonly string[]
  readonly there: ReadonlyMap<string, PublishedPart>
  readonly inLake: ReadonlySet<string>
}> {
  const there = publishedParts(publication, partitionName(growth))
  const parts = await partsOf(publication, growth, source, { from: 0, upto: publication.position })
  const lake = new Map(parts.map(part => [part.part, part]))
  const changed = [...new Set([...there.keys(), ...lake.keys()])].filter(
    part => !isSame(there.get(part), lake.get(part)),
  )
  return { changed, there, inLake: new Set(lake.keys()) }
}

/** Positions up to one, and the files of their rows: no commit names them yet. */
interface Bite {
  readonly upto: number
  readonly add: Add[]
  readonly rows: number
}

/** The rows of a span, so many at a time as fit into memory: fewer where they turn out to be too large. */
export async function* bites(
  publication: Publication,
  growth: RowGrowth,
  source: RowSource,
  span: Span,
  signal: AbortSignal,
  part?: string,
): AsyncGenerator<Bite> {
  let most = MAX_ROWS
  let { from } = span
  while (from < span.upto) {
    signal.throwIfAborted()
    const cut = await cutOf(publication, growth, source, { from, upto: span.upto }, most, part)
    // A position may have more rows than one.
    const upto = cut === null ? span.upto : Math.max(cut, from + 1)
    try {
      yield { upto, ...(await filesOf(publication, growth, source, { from, upto }, part)) }
    } catch (error) {
      if (!isTooLarge(error) || upto === from + 1) throw error
      most = Math.max(1, most >> 2)
      continue
    }
    from = upto
  }
}

async function filesOf(
  publication: Publication,
  growth: RowGrowth,
  source: RowSource,
  span: Span,
  part?: string,
): Promise<Pick<Bite, 'add' | 'rows'>> {
  const parts = await partsOf(publication, growth, source, span, part)
  const add: Add[] = []
  for (const one of parts) add.push(await fileOf(publication, growth, source, span, one))
  return { add, rows: parts.reduce((sum, { rows }) => sum + rows, 0) }
}

export interface PublishedPart {
  readonly files: Add[]
  rows: number
  /** Null: others put its files together. */
  print: bigint | null
}

function publishedParts({ files }: Publication, name: string): Map<string, PublishedPart> {
  const parts = new Map<string, PublishedPart>()
  for (const file of files.values()) {
    const part = file.partitionValues[name] ?? ''
    const known = parts.get(part) ?? { files: [], rows: 0, print: 0n }
    const print = file.tags?.[TAG.rows] ?? null
    known.files.push(file)
    known.rows += rowsOf(file)
    known.print = known.print === null || print === null ? null : known.print ^ BigInt(print)
    parts.set(part, known)
  }
  return parts
}

export function rowsOf({ stats }: Add): number {
  const { numRecords } = JSON.parse(stats ?? '{}') as { numRecords?: number }
  return numRecords ?? 0
}

function isSame(there: PublishedPart | undefined, lake: Part | undefined): boolean {
  if (there === undefined || lake === undefined) return there === undefined && lake === undefined
  return there.rows === lake.rows && (there.print === null || there.print === BigInt(lake.print))
}

/** Where the first so many rows of a span end; null where it has no more. */
async function cutOf(
  publication: Publication,
  growth: RowGrowth,
  source: RowSource,
  span: Span,
  most: number,
  part?: string,
): Promise<number | null> {
  // A line is a row.
  if (growth.kind === 'lines') return span.upto - span.from > most ? span.from + most : null
  const { from, where, params } = await rangeOf(publication, growth, source, span, part)
  const [row] = await source.asked.rows<{ position: number }>(
    `SELECT toInt64(t.position) AS position FROM ${from} AS t WHERE ${where} ORDER BY t.position LIMIT 1 OFFSET ${most}`,
    params,
  )
  return row?.position ?? null
}

async function partsOf(
  publication: Publication,
  growth: RowGrowth,
  source: RowSource,
  span: Span,
  part?: string,
): Promise<Part[]> {
  const { from, where, params } = await rangeOf(publication, growth, source, span, part)
  const print = growth.kind === 'lines' ? 't.position' : growth.print.map(name => `t.${name}`).join(', ')
  return source.asked.rows<Part>(
    `SELECT toString(${partitionSql(growth)}) AS part, toInt64(count()) AS rows, toString(groupBitXor(cityHash64(${print}))) AS print
     FROM ${from} AS t WHERE ${where} GROUP BY part ORDER BY part`,
    params,
  )
}

async function fileOf(
  publication: Publication,
  growth: RowGrowth,
  source: RowSource,
  span: Span,
  { part, rows, print }: Part,
): Promise<Add> {
  const { from, where, params } = await rangeOf(publication, growth, source, span, part)
  const selected = source.columns.map(({ name, sql }) => `${sql} AS \`${name}\``).join(', ')
  const bytes = await source.asked.parquet(`SELECT ${selected} FROM ${from} AS t WHERE ${where}`, params)
  const file = await publication.put({
    bytes,
    partition: { [partitionName(growth)]: part },
    tags: { [TAG.rows]: print },
  })
  // The lake may be under repair meanwhile.
  if (rowsOf(file) !== rows)
    throw new Error(
      `${publication.table.from} gave ${rowsOf(file)} rows of ${rows}: the next round asks again`,
    )
  return file
}

async function rangeOf(
  { table }: Publication,
  growth: RowGrowth,
  { segments }: RowSource,
  span: Span,
  part?: string,
): Promise<{ readonly from: string; readonly where: string; readonly params: Params }> {
  const range = 't.position >= {from_position:Int64} AND t.position < {upto_position:Int64}'
  const where = part === undefined ? range : `${range} AND ${partitionSql(growth)} = toDate({part:String})`
  const params = {
    from_position: span.from,
    upto_position: span.upto,
    ...(part === undefined ? {} : { part }),
  }
  if (growth.kind === 'rows') return { from: table.from, where, params }
  const there = await segments()
  const lines = linesFrom(there.filter(({ base, end }) => base < span.upto && end > span.from))
  return { from: lines.from, where, params: { ...params, ...lines.params } }
}

/** A column of the table that stands in no file. */
export function partitionName(growth: RowGrowth): string {
  return growth.kind === 'rows' && growth.partition === 'month' ? 'utc_month' : 'utc_date'
}

function partitionSql(growth: RowGrowth): string {
  if (growth.kind === 'lines') return 'toDate(t.arrived_at)'
  return growth.partition === 'month' ? `toStartOfMonth(t.${growth.time})` : `toDate(t.${growth.time})`
}
