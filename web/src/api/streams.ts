import { z } from 'zod'
import { useLiveSlice } from './live-context.tsx'
import { maybeInstant, maybeNumber, maybeText } from './rows.ts'

/** One stream as the status has it; figures that the server does not give are null. */
export interface StreamStatus {
  readonly name: string
  readonly title: string | null
  readonly records: number | null
  readonly rows: number | null
  readonly quarantined: number | null
  readonly repeats: number | null
  readonly conflicts: number | null
  readonly newestMs: number | null
}

const Figures = z.object({
  title: maybeText,
  records: maybeNumber,
  rows: maybeNumber,
  quarantined: maybeNumber,
  refused: maybeNumber,
  repeats: maybeNumber,
  conflicts: maybeNumber,
  newest: maybeInstant,
  newestAt: maybeInstant,
})
const Streams = z.union([
  z.array(Figures.extend({ name: z.string() })),
  z
    .record(z.string(), Figures)
    .transform(byName => Object.entries(byName).map(([name, figures]) => ({ name, ...figures }))),
])

/** The streams of a status; null where the server does not count them. */
export function streamsOf(status: object): StreamStatus[] | null {
  const given = Streams.safeParse(Reflect.get(status, 'streams'))
  if (!given.success) return null
  return given.data.map(({ newest, newestAt, refused, quarantined, ...figures }) => ({
    ...figures,
    quarantined: quarantined ?? refused,
    newestMs: newestAt ?? newest,
  }))
}

/** May the server be asked for the stream's list? Not before the first picture, and not where it is known to hold nothing. */
export function mayAsk(streams: StreamStatus[] | null, name: string): boolean {
  if (streams === null) return true
  const stream = streams.find(each => each.name === name)
  return stream !== undefined && (stream.rows ?? stream.records ?? 1) > 0
}

export function useMayAsk(name: string): boolean {
  return useLiveSlice(({ state }) => state !== null && mayAsk(streamsOf(state.status), name))
}
