import type { Secret } from '../../core/config/index.ts'
import { FeedError } from '../../core/feed-error.ts'

/** A dataset of a Socrata portal (SODA), and how it is asked. */
export interface SocrataDataset {
  /** `https://data.calgary.ca` */
  readonly origin: string
  /** Four by four, `35ra-9556`. */
  readonly id: string
  readonly format: SodaFormat
  /** Sent as X-App-Token: portals throttle callers without one sooner. */
  readonly appToken: Secret | null
  /** Rows asked for at once. */
  readonly pageRows: number
  /** Of one page, unpacked. */
  readonly maxBytes: number
  /** Of one page. */
  readonly timeoutS: number
}

export type SodaFormat = 'json' | 'csv'

const ID = '[a-z0-9]{4}-[a-z0-9]{4}'
/** The addresses under which portals show a dataset: its resource, its permanent link, its page, its export. */
const PATHS = [
  new RegExp(`^/resource/(${ID})(?:\\.(json|csv|geojson))?$`),
  new RegExp(`^/(?:d|dataset)/(${ID})(?:/.*)?$`),
  new RegExp(`^/api/(?:views|v3/views|odata/v4)/(${ID})(?:/.*)?$`),
  new RegExp(`^/[^/]+/[^/]+/(${ID})(?:/.*)?$`),
]

/**
 * Which dataset an address is of. What it asks for is left out: the bare address answers 1,000 rows, so that pages of our own are
 * asked for in its place.
 *
 * @throws {FeedError} for an address that names none
 */
export function datasetAt(address: string): Pick<SocrataDataset, 'origin' | 'id' | 'format'> {
  const url = URL.parse(address)
  for (const path of url === null || !/^https?:$/.test(url.protocol) ? [] : PATHS) {
    const [, id, format] = path.exec(url?.pathname.toLowerCase() ?? '') ?? []
    if (url !== null && id !== undefined)
      return { origin: url.origin, id, format: format === 'csv' ? 'csv' : 'json' }
  }
  throw new FeedError(
    `"${address}" names no Socrata dataset; use its address, such as https://data.calgary.ca/resource/35ra-9556`,
  )
}

/** For people and for what is kept: `data.calgary.ca/35ra-9556`. */
export function datasetName({ origin, id }: Pick<SocrataDataset, 'origin' | 'id'>): string {
  return `${new URL(origin).host}/${id}`
}
