import type { CSSProperties } from 'react'

export interface GridColumn<K extends string> {
  readonly key: K
  readonly label: string
  readonly numeric?: boolean
  /** The first sort by it begins with the largest. @default of numbers */
  readonly isLargestFirst?: boolean
}

export interface Sort<K extends string> {
  readonly key: K
  readonly descending: boolean
}

/** The same column again turns the order round; another begins as it is asked for most. */
export function nextSort<K extends string>(sort: Sort<K>, column: GridColumn<K>): Sort<K> {
  const { key, numeric = false, isLargestFirst = numeric } = column
  return { key, descending: sort.key === key ? !sort.descending : isLargestFirst }
}

export function ariaSort<K extends string>(sort: Sort<K>, key: K): 'none' | 'ascending' | 'descending' {
  if (sort.key !== key) return 'none'
  return sort.descending ? 'descending' : 'ascending'
}

/** Compares for a sort; what is not known comes last in either direction. Numbers in texts count as numbers. */
export function compareKnown(
  a: string | number | null,
  b: string | number | null,
  descending: boolean,
): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const sign = descending ? -1 : 1
  if (typeof a === 'string' || typeof b === 'string')
    return sign * String(a).localeCompare(String(b), 'en', { numeric: true })
  return sign * (a - b)
}

/** The same tracks for the head and every row: each column's least width, and its share of what is left, as the style says. */
export function tracksOf(columns: readonly { readonly key: string }[]): CSSProperties {
  return {
    gridTemplateColumns: columns
      .map(({ key }) => `minmax(var(--least-${key}), var(--share-${key}))`)
      .join(' '),
    minWidth: `calc(${columns.map(({ key }) => `var(--least-${key})`).join(' + ')} + 1.75rem)`,
  }
}
