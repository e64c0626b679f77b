/** A row of silver. */
export type SilverRow = Readonly<Record<string, unknown>>

/** Who gives the feed out. */
export interface FeedHead {
  readonly publisher: string
  /** Of what nobody else is named for. */
  readonly sourceId: string
}

export interface Feed {
  readonly feed_info: unknown
  readonly type: 'FeatureCollection'
  readonly features: readonly unknown[]
}

/** Of a feed without anything in it. */
const NEVER = '1970-01-01T00:00:00.000Z'

/**
 * The head of a WZDx 4.2 feed. Its time is that of the newest change in it, so that the feed has an entity tag; the standard
 * names the time it was written, which says less. It claims no licence: that is the publisher's to say.
 */
export function feedHead(
  rows: readonly SilverRow[],
  { publisher, sourceId }: FeedHead,
  sourceOf: (row: SilverRow) => string,
): { feed_info: unknown } {
  const newest = new Map<string, string>(rows.length === 0 ? [[sourceId, NEVER]] : [])
  let latest = NEVER
  for (const row of rows) {
    const source = sourceOf(row)
    const at = String(row['updated_at'])
    if (at > (newest.get(source) ?? '')) newest.set(source, at)
    if (at > latest) latest = at
  }
  return {
    feed_info: {
      publisher,
      version: '4.2',
      update_date: latest,
      data_sources: [...newest].sort().map(([data_source_id, update_date]) => ({
        data_source_id,
        organization_name: data_source_id === sourceId ? publisher : data_source_id,
        update_date,
      })),
    },
  }
}
