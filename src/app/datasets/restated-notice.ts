import type { Stream } from '../../core/stream/index.ts'
import { tableOf } from '../../lake/streams/tables.ts'

/** So many are named. */
const NAMED = 3

/** Things that were changed at the source as if they had not been, and which of both versions counts. */
export function restatedNotice(ids: readonly string[], stream: Stream): string | null {
  const { once } = stream
  if (ids.length === 0 || once.how !== 'latest') return null
  const named = ids.slice(0, NAMED).map(id => (JSON.parse(id) as unknown[]).join('/'))
  const rest = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : ''
  const which =
    once.ties === undefined
      ? 'what came first counts, and the other is in lake.stream_conflicts'
      : `both are in ${tableOf(stream)}, and which of them counts does not depend on which came first`
  return `${ids.length} record(s) are otherwise than before under the same ${once.version} (${named.join(', ')}${rest}): ${which}.`
}
