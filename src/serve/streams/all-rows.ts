import { streamTable } from '../../lake/read/index.ts'
import type { LakeReader, ListTable, Row } from '../../lake/read/index.ts'
import type { Stream } from '../../core/stream/index.ts'

type ListQuery = Parameters<LakeReader['page']>[1]

/** Rows are read so many at a time: each page is parsed in one go, and everybody else waits meanwhile. */
const PAGE = 2_000

/**
 * The newest version of everything of a stream, by its key, up to a bound: for what is given out in one piece.
 * @param isWanted leaves rows out, which do not count
 */
export async function allRows(
  lake: Pick<LakeReader, 'page'>,
  stream: Stream,
  query: Omit<ListQuery, 'order' | 'after'>,
  most: number,
  signal: AbortSignal,
  isWanted: (row: Row) => boolean = () => true,
): Promise<readonly Row[]> {
  const table: ListTable = streamTable(stream)
  const rows: Row[] = []
  let after: ListQuery['after']
  for (;;) {
    const page = await lake.page(table, { ...query, order: 'asc', after }, Math.min(PAGE, most), signal)
    rows.push(...page.rows.filter(isWanted))
    if (page.next === null || rows.length >= most) return rows.slice(0, most)
    after = page.next
  }
}
