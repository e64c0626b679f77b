import { expect, it } from 'vitest'
import { restatedNotice } from '../../../src/app/datasets/restated-notice.ts'
import { events } from '../../../src/streams/events/index.ts'
import { incidents } from '../../../src/streams/incidents/index.ts'

const ids = (count: number) => Array.from({ length: count }, (_, i) => JSON.stringify([`2026-${i}`]))

it('what changed under the same version is counted and named, with where both are and which counts', () => {
  expect(restatedNotice([], incidents)).toBeNull()
  expect(restatedNotice(ids(1), incidents)).toBe(
    '1 record(s) are otherwise than before under the same updated_at (2026-0): both are in silver.incident_versions, and which of them counts does not depend on which came first.',
  )
  expect(restatedNotice(ids(5), events)).toBe(
    '5 record(s) are otherwise than before under the same updated_at (2026-0, 2026-1, 2026-2 and 2 more): what came first counts, and the other is in lake.stream_conflicts.',
  )
})
