import { streamTable } from '../../lake/read/index.ts'
import type { LakeReader, ListTable, Row } from '../../lake/read/index.ts'
import type { Stream } from '../../core/stream/index.ts'

type ListQuery = Parameters<LakeReader['page']>[1]

const PAGE = 10_000

/** The newest version of everything of a stream, by its key, up to a bound: for what is given out in one piece. */
export async function allRows(
  lake: Pick<LakeReader, 'page'>,
  stream: Stream,
  query: Omit<ListQuery, 'order' | 'after'>,
  most: number,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const table: ListTable = streamTable(stream)
  const rows: Row[] = []
  let after: ListQuery['after']
  for (;;) {
    const limit = Math.min(PAGE, most - rows.length)
    const page = await lake.page(table, { ...query, order: 'asc', after }, limit, signal)
    rows.push(...page.rows)
    if (page.next === null || rows.length >= most) return rows
    after = page.next
  }
}
