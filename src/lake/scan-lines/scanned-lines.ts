import type { Frame } from '../../core/log.ts'
import type { TableBlock } from '../columns/table-block.ts'
import { publishedType } from '../publish/asked/column-types.ts'
import { columnsOfBlock } from './block-rows.ts'
import type { LineScan } from './line-scan.ts'

/** A line that was judged: the row it is, or why it is none, as a JSON object. */
export interface ScannedLine {
  readonly position: number
  readonly became: 'row' | 'refused'
  readonly json: string
}

/** A column of what comes out, in types that Spark and others know. */
export interface ScannedColumn {
  readonly name: string
  readonly type: string
}

/** Where in the log a row came from is not told: lines that are judged elsewhere are in no log of ours. */
const POSITION = 'position'
/** Told once for all lines. */
const STREAM = 'stream'

/** One for each line of the frames, in the order of position. */
export function scannedLines(scan: LineScan, frames: readonly Frame[]): ScannedLine[] {
  const { silver, quarantine } = scan.scan(frames)
  const rows = linesOf(silver, 'row', scan.flags)
  const refused = linesOf(quarantine, 'refused', new Set())
  return [...rows, ...refused].sort((a, b) => a.position - b.position)
}

/** The columns of both, as a scan of nothing has them. */
export function scannedColumns(scan: LineScan): {
  readonly row: readonly ScannedColumn[]
  readonly refused: readonly ScannedColumn[]
} {
  const { silver, quarantine } = scan.scan([])
  return { row: typesOf(silver, scan.flags), refused: typesOf(quarantine, new Set()) }
}

function typesOf(block: TableBlock, flags: ReadonlySet<string>): ScannedColumn[] {
  return columnsOfBlock(block.data)
    .filter(({ name }) => name !== POSITION && name !== STREAM)
    .map(({ name, type }) => ({
      name,
      type: flags.has(name) ? 'boolean' : (publishedType(type) ?? 'string'),
    }))
}

function linesOf(
  block: TableBlock,
  became: ScannedLine['became'],
  flags: ReadonlySet<string>,
): ScannedLine[] {
  const columns = columnsOfBlock(block.data)
  const positions = columns.find(({ name }) => name === POSITION)?.values ?? []
  const told = columns
    .filter(({ name }) => name !== POSITION && name !== STREAM)
    .map(({ name, values }) => ({ head: `${JSON.stringify(name)}:`, values, isFlag: flags.has(name) }))
  return positions.map((position, i) => {
    let json = '{'
    for (const { head, values, isFlag } of told) {
      const value = values[i] ?? 'null'
      if (json.length > 1) json += ','
      json += head
      json += isFlag && value !== 'null' ? (value === '1' ? 'true' : 'false') : value
    }
    return { position: Number(position), became, json: `${json}}` }
  })
}
