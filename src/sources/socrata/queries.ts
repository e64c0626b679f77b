import type { SocrataDataset, SodaFormat } from './dataset.ts'

/** Which rows: all, or those touched since. */
export interface Wanted {
  /** `:updated_at` from which on rows are wanted, as the portal wrote it; null: all. */
  readonly since: string | null
}

/** How many rows there are and when the newest was touched: changes whenever any row does. */
export function probeAddress(dataset: SocrataDataset, wanted: Wanted): string {
  return addressOf(dataset, 'json', {
    $select: 'count(*) as row_count, max(:updated_at) as newest',
    ...where(wanted),
  })
}

/**
 * A page of rows with their system columns. Rows come in no order unless asked for, so that pages would overlap and leave rows out.
 * The watermark is included: rows of the same instant as the newest that was seen may have come later.
 */
export function pageAddress(dataset: SocrataDataset, wanted: Wanted, offset: number): string {
  return addressOf(dataset, dataset.format, {
    $select: ':*,*',
    ...where(wanted),
    $order: ':id',
    $limit: String(dataset.pageRows),
    $offset: String(offset),
  })
}

function where({ since }: Wanted): Readonly<Record<string, string>> {
  return since === null ? {} : { $where: `:updated_at >= '${since.replaceAll("'", "''")}'` }
}

function addressOf(
  { origin, id }: SocrataDataset,
  format: SodaFormat,
  query: Readonly<Record<string, string>>,
): string {
  const address = new URL(`/resource/${id}.${format}`, origin)
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
  return address.href
}
