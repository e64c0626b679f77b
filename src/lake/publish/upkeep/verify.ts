import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { Add } from '../../delta/index.ts'
import { daysOf } from '../level.ts'
import type { Work } from '../level.ts'
import { differingParts, partitionName, rowsOf, sumsOf } from '../rows.ts'
import type { PositionSums } from '../rows.ts'
import { differingHours, wholeUnit } from '../units.ts'
import { TAG } from '../publication.ts'

/** What a table was found to be. */
export interface TableVerdict {
  readonly path: string
  readonly version: number
  readonly position: number
  readonly files: number
  readonly rows: number
  /** In words, each what and where; empty: it equals the lake. */
  readonly differences: readonly string[]
}

export interface StoreToRead {
  get(key: string): Promise<Buffer | null>
}

const MAX_TOLD = 20

/**
 * Reads every file of a table, and compares rows with the lake up to the published position. Hours that got rows behind it are not
 * compared: their turn comes.
 */
export async function verifyTable(work: Work, store: StoreToRead): Promise<TableVerdict> {
  const { publication, signal } = work
  const { table, files, version, position } = publication
  const { growth } = table
  const differences: string[] = []
  const sums = new Map<string, PositionSums>()
  const hasPositions = growth.kind === 'rows' || growth.kind === 'lines'
  let rows = 0
  for (const file of files.values()) {
    signal.throwIfAborted()
    const bytes = await store.get(`${table.path}/${file.path}`)
    const wrong = fileFault(file, bytes)
    if (wrong !== null || bytes === null) {
      differences.push(`${file.path} ${wrong ?? 'is gone'}`)
      continue
    }
    rows += rowsOf(file)
    if (hasPositions)
      addPositions(sums, file.partitionValues[partitionName(growth)] ?? '', await positionsIn(bytes))
  }
  if (hasPositions) differences.push(...(await positionFaults(work, sums)))
  if (growth.kind === 'rows') {
    const { changed } = await differingParts(publication, growth, work.source)
    differences.push(...changed.map(part => `${part}: the lake has other rows up to position ${position}`))
  }
  if (growth.kind === 'hours') differences.push(...(await hourFaults(work)))
  if (growth.kind === 'whole') {
    const unit = await wholeUnit(publication, work.source)
    const isSame =
      unit.rows === 0
        ? files.size === 0
        : [...files.values()].every(({ tags }) => tags?.[TAG.rows] === unit.print)
    if (!isSame) differences.push('the lake has other rows')
  }
  const told = differences.slice(0, MAX_TOLD)
  if (differences.length > MAX_TOLD) told.push(`and ${differences.length - MAX_TOLD} more`)
  return { ...{ path: table.path, version, position, files: files.size, rows }, differences: told }
}

function fileFault(file: Add, bytes: Buffer | null): string | null {
  if (bytes === null) return 'is gone'
  if (bytes.length !== file.size) return `has ${bytes.length} bytes of ${file.size}`
  try {
    const { num_rows: rows } = parquetMetadata(bufferOf(bytes))
    return Number(rows) === rowsOf(file) ? null : `has ${rows} rows of ${rowsOf(file)}`
  } catch (error) {
    return `is no Parquet: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function positionsIn(bytes: Buffer): Promise<bigint[]> {
  const rows = await parquetReadObjects({ file: bufferOf(bytes), columns: ['position'], compressors })
  return rows.map(({ position }) => BigInt(position as bigint | number))
}

function addPositions(sums: Map<string, PositionSums>, part: string, positions: readonly bigint[]): void {
  const before = sums.get(part) ?? { rows: 0, sum: 0n, xor: 0n }
  sums.set(part, {
    rows: before.rows + positions.length,
    sum: positions.reduce((total, one) => total + one, before.sum),
    xor: positions.reduce((total, one) => total ^ one, before.xor),
  })
}

/** No position lost, doubled or in another partition, by what the files themselves hold. */
async function positionFaults(work: Work, published: ReadonlyMap<string, PositionSums>): Promise<string[]> {
  const { publication, source } = work
  const { growth } = publication.table
  if (growth.kind !== 'rows' && growth.kind !== 'lines') return []
  const lake = await sumsOf(publication, growth, source)
  // What the log let go is published all the same.
  const isKept = (part: string) => growth.kind === 'rows' || lake.has(part)
  return [...new Set([...published.keys(), ...lake.keys()])].filter(isKept).flatMap(part => {
    const [there, here] = [published.get(part), lake.get(part)]
    if (there?.rows === here?.rows && there?.sum === here?.sum && there?.xor === here?.xor) return []
    return [`${part}: files hold ${there?.rows ?? 0} rows and the lake ${here?.rows ?? 0}, or other ones`]
  })
}

async function hourFaults(work: Work): Promise<string[]> {
  const { publication, source, hours, signal } = work
  const coming = new Set(await hours.between({ from: publication.position, upto: Number.MAX_SAFE_INTEGER }))
  const faults: string[] = []
  for (const day of await daysOf(publication, source, null)) {
    signal.throwIfAborted()
    const { changed, remove } = await differingHours(publication, source, day, null)
    const differing = changed.filter(({ unit }) => !coming.has(unit))
    if (differing.length > 0) faults.push(`${day}: ${differing.map(({ unit }) => unit).join(', ')} differ`)
    else if (changed.length === 0 && remove.length > 0) faults.push(`${day}: rows that the lake has no more`)
  }
  return faults
}

function bufferOf(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
}
