import { fetchGuarded, type OutboundOptions } from '../../core/outbound/index.ts'
import type { SnapshotDeps } from './snapshots.ts'

const MAX_PICTURE_BYTES = 4 * 2 ** 20

/**
 * How pictures are fetched: a camera that takes long is as good as silent.
 * @param ways the allow list and the proxy of the configuration; a test's resolver
 */
export function snapshotFetch(
  ways: Pick<OutboundOptions, 'allow' | 'proxy' | 'resolve' | 'ca'>,
): SnapshotDeps['fetch'] {
  return (url, held) =>
    fetchGuarded(url, {
      ...ways,
      ...held,
      headers: { accept: 'image/jpeg, image/png, image/webp, image/gif' },
      connectMs: 5_000,
      firstByteMs: 10_000,
      wholeMs: 15_000,
      maxBytes: MAX_PICTURE_BYTES,
    })
}
