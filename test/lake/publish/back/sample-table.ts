import { parquetWriteBuffer } from 'hyparquet-writer'
import { actionsText } from '../../../../src/lake/delta/actions.ts'
import { statisticsOf } from '../../../../src/lake/delta/index.ts'
import type { Action } from '../../../../src/lake/delta/index.ts'
import { MemoryStore } from '../../delta/memory-store.ts'

export const AT = Date.parse('2026-03-02T12:00:00.123Z')

export interface Line {
  readonly position: number
  readonly line?: string
  readonly base64?: string
  readonly arrivedAtMs?: number
  readonly source?: string
  readonly kind?: string
  readonly intervalS?: number | null
}

/** What is published, in memory. */
export class Store extends MemoryStore {
  range(key: string, start: number, length: number): Promise<Buffer | null> {
    return Promise.resolve(this.objects.get(key)?.subarray(start, start + length) ?? null)
  }
}

function parquet(lines: readonly Line[], rowGroupSize: number): Buffer {
  const timestamp = (line: Line) => new Date(line.arrivedAtMs ?? AT)
  return Buffer.from(
    parquetWriteBuffer({
      rowGroupSize,
      columnData: [
        { name: 'position', data: lines.map(({ position }) => BigInt(position)), type: 'INT64' },
        { name: 'arrived_at', data: lines.map(timestamp), type: 'TIMESTAMP' },
        { name: 'source', data: lines.map(({ source = 'http' }) => source), type: 'STRING' },
        { name: 'kind', data: lines.map(({ kind = 'reading' }) => kind), type: 'STRING' },
        {
          name: 'interval_s',
          data: lines.map(({ intervalS }) => (intervalS == null ? null : BigInt(intervalS))),
          type: 'INT64',
        },
        { name: 'line', data: lines.map(({ position, line = `{"n":${position}}` }) => line), type: 'STRING' },
        { name: 'line_base64', data: lines.map(({ base64 }) => base64 ?? null), type: 'STRING' },
      ],
    }),
  )
}

/** A table of these files, each of lines in any order. */
export async function tableOf(
  files: readonly (readonly Line[])[],
  {
    rowGroupSize = 100_000,
    stated = true,
    rest = {},
  }: { rowGroupSize?: number; stated?: boolean; rest?: Action } = {},
): Promise<Store> {
  const store = new Store()
  const adds = files.map((lines, i) => {
    const bytes = parquet(lines, rowGroupSize)
    store.objects.set(`bronze/lines/part=a b/${i}.parquet`, bytes)
    const stats = stated ? JSON.stringify(statisticsOf(bytes)) : null
    return {
      add: {
        ...{ path: `part=a%20b/${i}.parquet`, partitionValues: {}, size: bytes.length },
        ...{ modificationTime: 0, dataChange: true, stats },
      },
    }
  })
  const metaData = {
    id: 'table-1',
    format: { provider: 'parquet' },
    schemaString: '{}',
    partitionColumns: [],
  }
  const protocol = { minReaderVersion: 1, minWriterVersion: 2 }
  await store.put(
    'bronze/lines/_delta_log/00000000000000000000.json',
    Buffer.from(actionsText([{ protocol }, { metaData }, ...adds, rest])),
  )
  return store
}
