import { z } from 'zod'
import { endOf, joinedRuns } from '../../../core/positions.ts'
import type { Positions } from '../../../core/positions.ts'
import { ReadingOutcome, SensorOutcome, StreamOutcome } from '../../../serve/contract/outcome.ts'
import type { Client } from '../client/index.ts'
import { number } from '../output.ts'
import type { Progress } from '../progress.ts'
import type { ReplayState } from './bookmark.ts'
import { patiently } from './patience.ts'
import type { Patience } from './patience.ts'

const POLL_MS = 250
/** As many runs as the server takes in one request. */
export const MAX_RUNS = 100

const answerOf = <T extends z.ZodType>(outcome: T) =>
  z.object({ end: z.number(), pending: z.number(), outcome: outcome.nullable() })
const ReadingAnswer = answerOf(ReadingOutcome)
const SensorAnswer = answerOf(SensorOutcome)
const StreamAnswer = answerOf(StreamOutcome)

export interface Asking {
  readonly client: Client
  readonly patience: Patience
  readonly bar: Progress
}

/** First position that the log has not given yet. */
export async function endOfLog({ client, patience }: Asking): Promise<number> {
  return (await patiently(() => ask(client, 'readings', ReadingAnswer, { positions: [] }), patience)).end
}

/**
 * Waits until every row of a replay is loaded, and counts what became of each.
 * @returns null when the signal came first
 */
export async function readingOutcome(
  asking: Asking,
  source: string,
  state: ReplayState,
): Promise<ReadingOutcome | null> {
  if (!(await loaded(asking, state.positions))) return null
  const { client, patience } = asking
  const question = (body: unknown) =>
    patiently(() => ask(client, 'readings', ReadingAnswer, body), patience).then(({ outcome }) => outcome)
  let total = NOTHING
  for (const positions of portions(state.positions)) {
    const part = await question({ positions })
    if (part === null) return null
    total = added(total, part)
  }
  for (const { from, count, rows } of state.gaps) {
    const found = await question({ positions: [], gaps: { source, positions: [[from, count]] } })
    // Sent twice, they count as what they were the first time: of the second, all of these are repeats.
    const moved = Math.min(found?.gapReadings ?? 0, rows, total.repeats)
    total = { ...total, new: total.new + moved, repeats: total.repeats - moved }
  }
  return total
}

/** The same of sensors that were imported. */
export async function sensorOutcome(asking: Asking, positions: Positions): Promise<SensorOutcome | null> {
  if (!(await loaded(asking, positions))) return null
  const { client, patience } = asking
  const total = { new: 0, replaced: 0, repeats: 0, conflicts: 0 }
  for (const portion of portions(positions)) {
    const { outcome } = await patiently(
      () => ask(client, 'sensors', SensorAnswer, { positions: portion }),
      patience,
    )
    if (outcome === null) return null
    for (const name of ['new', 'replaced', 'repeats', 'conflicts'] as const) total[name] += outcome[name]
  }
  return total
}

/** The same of records of a stream. */
export async function streamOutcome(
  asking: Asking,
  stream: string,
  positions: Positions,
): Promise<StreamOutcome | null> {
  if (!(await loaded(asking, positions))) return null
  const { client, patience } = asking
  let total: StreamOutcome = { new: 0, repeats: 0, conflicts: 0, quarantined: 0, reasons: [] }
  for (const portion of portions(positions)) {
    const { outcome } = await patiently(
      () => ask(client, stream, StreamAnswer, { positions: portion }),
      patience,
    )
    if (outcome === null) return null
    total = {
      new: total.new + outcome.new,
      repeats: total.repeats + outcome.repeats,
      conflicts: total.conflicts + outcome.conflicts,
      quarantined: total.quarantined + outcome.quarantined,
      reasons: sumOfReasons(total.reasons, outcome.reasons),
    }
  }
  return total
}

/** Resolves when the lake holds these lines; false when the signal came first. */
async function loaded({ client, patience, bar }: Asking, positions: Positions): Promise<boolean> {
  const end = endOf(positions)
  if (end === 0) return true
  let most = 0
  for (;;) {
    const { pending } = await patiently(
      () => ask(client, 'sensors', SensorAnswer, { positions: [[end - 1, 1]] }),
      patience,
    )
    if (pending === 0) break
    most = Math.max(most, pending)
    bar.update(1 - pending / most, `loading: ${number(pending)} lines left`)
    await patience.sleep(POLL_MS, patience.signal)
    if (patience.signal.aborted) return false
  }
  return true
}

function ask<T>(client: Client, what: string, schema: z.ZodType<T>, body: unknown): Promise<T> {
  return client.json(schema, 'POST', `/v1/${what}/outcome`, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
}

function portions(positions: Positions): Positions[] {
  const runs = joinedRuns(positions)
  return Array.from({ length: Math.ceil(runs.length / MAX_RUNS) }, (_, i) =>
    runs.slice(i * MAX_RUNS, (i + 1) * MAX_RUNS),
  )
}

const NOTHING: ReadingOutcome = {
  new: 0,
  repeats: 0,
  conflicts: 0,
  quarantined: 0,
  reasons: [],
  keys: { conflicting: 0, most: 0, own: 0 },
  gapReadings: 0,
}

function added(a: ReadingOutcome, b: ReadingOutcome): ReadingOutcome {
  return {
    new: a.new + b.new,
    repeats: a.repeats + b.repeats,
    conflicts: a.conflicts + b.conflicts,
    quarantined: a.quarantined + b.quarantined,
    reasons: sumOfReasons(a.reasons, b.reasons),
    keys: {
      conflicting: a.keys.conflicting + b.keys.conflicting,
      most: Math.max(a.keys.most, b.keys.most),
      own: a.keys.own + b.keys.own,
    },
    gapReadings: a.gapReadings + b.gapReadings,
  }
}

export function sumOfReasons(
  a: ReadingOutcome['reasons'],
  b: ReadingOutcome['reasons'],
): ReadingOutcome['reasons'] {
  const lines = new Map(a.map(({ reasons, lines }) => [reasons.join(' + '), { reasons, lines }]))
  for (const { reasons, lines: more } of b) {
    const known = lines.get(reasons.join(' + '))?.lines ?? 0
    lines.set(reasons.join(' + '), { reasons, lines: known + more })
  }
  return [...lines.values()]
}
