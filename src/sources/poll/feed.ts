import type { FeedFormat } from '../../core/feed-format.ts'
import type { Secret } from '../../core/config/index.ts'
import type { Schedule } from './schedule.ts'

/** An address that is asked again and again, and what becomes of its answers. */
export interface PolledFeed {
  /** Stands in the source of its lines, `poll:<name>`. */
  readonly name: string
  readonly url: string
  /** Parameters added to the address; what the address has already stays. */
  readonly query: Readonly<Record<string, string | Secret>>
  readonly headers: Readonly<Record<string, string | Secret>>
  readonly format: FeedFormat
  readonly schedule: Schedule
  /** Of times without one. */
  readonly zone: string
  readonly constants: Readonly<Record<string, string | number>>
  /** Fields whose instants must not lie ahead; to tell a provider's clock that does. */
  readonly instants: readonly string[]
  readonly timeoutS: number
  readonly maxBytes: number
  /** Answers are kept so long as they were received; 0 keeps none. */
  readonly keepHours: number
  readonly keepBytes: number
}

/** What came back. The shape of `fetchGuarded`. */
export interface PolledAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** Unpacked. */
  readonly body: Buffer
  readonly etag: string | null
  readonly lastModified: string | null
  readonly retryAfterS: number | null
}

export type PollFetch = (
  address: string,
  options: {
    readonly headers: Readonly<Record<string, string>>
    readonly etag: string | null
    readonly lastModified: string | null
    readonly wholeMs: number
    readonly maxBytes: number
    readonly signal: AbortSignal
  },
) => Promise<PolledAnswer>

/** Durable once it resolves. */
export type Deliver = (
  stream: string,
  lines: Buffer,
  count: number,
  source: string,
  arrivedAtMs: number,
) => Promise<void>

/** The address with its parameters, secrets included: for the request alone, never for a log. */
export function addressOf({ url, query, format }: PolledFeed): string {
  const address = new URL(url)
  for (const [name, value] of Object.entries({ ...format.query, ...query })) {
    if (!address.searchParams.has(name)) {
      address.searchParams.set(name, typeof value === 'string' ? value : value.reveal())
    }
  }
  return address.href
}

export function headersOf({ headers }: PolledFeed): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value.reveal(),
    ]),
  )
}
