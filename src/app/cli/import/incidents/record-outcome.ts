import { z } from 'zod'
import { joinedRuns } from '../../../../core/positions.ts'
import type { Positions } from '../../../../core/positions.ts'
import { RecordOutcome } from '../../../../serve/contract/incident-record/index.ts'
import { number } from '../../output.ts'
import type { Asking } from '../outcome.ts'
import { MAX_RUNS, sumOfReasons } from '../outcome.ts'
import { patiently } from '../patience.ts'

const Answer = z.object({ end: z.number(), pending: z.number(), outcome: RecordOutcome.nullable() })
const POLL_MS = 250

/**
 * Waits until the record is made of all of these rows, and counts what became of each.
 * @returns null when the signal came first
 */
export async function recordOutcome(asking: Asking, positions: Positions): Promise<RecordOutcome | null> {
  const runs = joinedRuns(positions)
  let total = NOTHING
  for (let i = 0; i < runs.length; i += MAX_RUNS) {
    const part = await outcomeOf(asking, runs.slice(i, i + MAX_RUNS))
    if (part === null) return null
    total = added(total, part)
  }
  return total
}

async function outcomeOf(
  { client, patience, bar }: Asking,
  positions: Positions,
): Promise<RecordOutcome | null> {
  const ask = () =>
    client.json(Answer, 'POST', '/v1/incidents/record-outcome', {
      body: JSON.stringify({ positions }),
      headers: { 'content-type': 'application/json' },
    })
  for (;;) {
    const { pending, outcome } = await patiently(ask, patience)
    if (outcome !== null) return outcome
    bar.update(null, `making the record: ${number(pending)} lines left`)
    await patience.sleep(POLL_MS, patience.signal)
    if (patience.signal.aborted) return null
  }
}

export const NOTHING: RecordOutcome = {
  new: 0,
  updated: 0,
  unchanged: 0,
  quarantined: 0,
  reasons: [],
  linked: 0,
  joined: 0,
}

export function added(a: RecordOutcome, b: RecordOutcome): RecordOutcome {
  return {
    new: a.new + b.new,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    quarantined: a.quarantined + b.quarantined,
    reasons: sumOfReasons(a.reasons, b.reasons),
    linked: a.linked + b.linked,
    joined: a.joined + b.joined,
  }
}
