import type { Column } from '../../core/stream/index.ts'
import type { NativeBlock } from '../columns/native-block.ts'
import type { Cell } from './parse-record.ts'

/** Writes one column of a block, a cell a row. */
export function writeColumn(
  block: NativeBlock,
  { name, kind, type, nullable }: Pick<Column, 'name' | 'kind' | 'type' | 'nullable'>,
  cells: readonly Cell[],
): void {
  if (kind === 'texts') block.stringArrays(name, cells as readonly (readonly string[])[])
  else if (kind === 'text' && nullable) block.nullableStrings(name, cells as readonly (string | null)[])
  else if (kind === 'text') block.strings(name, cells as readonly string[])
  else if (kind === 'flag' && nullable)
    block.nullableNumbers(name, 'UInt8', cells as readonly (number | null)[])
  else if (kind === 'flag') block.number(name, 'UInt8', cells as readonly number[])
  else if (kind === 'double') block.doubles(name, cells as readonly (number | null)[], nullable)
  else block.wideNumbers(name, type, cells as readonly (number | null)[], nullable)
}
