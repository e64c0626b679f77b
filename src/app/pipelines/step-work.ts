import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { DAY_MS } from '../../core/time/spans.ts'
import { IncidentRisk, IncidentRiskQuality } from '../../serve/contract/index.ts'
import type { IncidentAnalyst } from '../../serve/incident-record/analysis.ts'
import type { Admin, AdminEvent } from '../../serve/routes/admin.ts'
import type { OpenTables } from '../tables/open-tables.ts'
import type { StepContext, StepWork } from './pipeline-job.ts'

export interface StepWorkDeps {
  readonly tables: Pick<OpenTables, 'status' | 'work'>
  readonly admin: Admin
  /** Drops what is older than the settings keep. @returns in words what the settings keep */
  readonly retain: () => Promise<string>
  readonly analyst: Pick<IncidentAnalyst, 'risk' | 'riskQuality'>
  /** Writes the report of the day. @returns what it says, in a sentence */
  readonly report: (context: StepContext) => Promise<string>
}

/** Two things that should be equal are not. */
export class DifferenceError extends AppError {
  readonly code = 'ART_STEP_DIFFERENCE'
}

const LOOK_MS = 200
const Optimised = z.object({ filesBefore: z.number(), filesAfter: z.number() })
const Vacuumed = z.object({ removed: z.number() })
const Published = z.object({
  tables: z.array(z.object({ path: z.string(), problem: z.string().nullable() })),
})
const TablesVerified = z.object({
  equal: z.boolean(),
  failing: z.array(z.object({ path: z.string(), problem: z.string().nullable() })),
  tables: z.array(z.object({ path: z.string(), differences: z.array(z.string()) })),
})
const LakeVerified = z.object({
  equal: z.boolean(),
  losses: z.array(z.object({ acknowledged: z.unknown().nullable() })).default([]),
})
const Rebuilt = z.object({ days: z.number(), upToPosition: z.number() })

/** What steps do, by calls of what the program has. */
export function stepWork({ tables, admin, retain, analyst, report }: StepWorkDeps): StepWork {
  const ofTables =
    (work: (signal: AbortSignal) => Promise<string>) =>
    ({ signal }: StepContext) =>
      tables.status() === undefined
        ? Promise.resolve('nothing is published: the settings name no place for open tables (tables.folder)')
        : work(signal)
  return {
    'tables-publish': ofTables(async signal => {
      const done = Published.parse(await resultOf(tables.work.publish([], signal)))
      const failing = done.tables.filter(({ problem }) => problem !== null)
      if (failing.length > 0) throw new TablesFailingError(failing)
      return `${done.tables.length} tables are level with the lake`
    }),
    'tables-optimise': ofTables(async signal => {
      const done = Optimised.parse(await resultOf(tables.work.optimise([], signal)))
      return done.filesBefore === 0
        ? 'no small files'
        : `${done.filesBefore} files are ${done.filesAfter} now`
    }),
    'tables-vacuum': ofTables(async signal => {
      const { removed } = Vacuumed.parse(await resultOf(tables.work.vacuum([], signal)))
      return `${removed} files removed`
    }),
    'tables-verify': ofTables(async signal => {
      const done = TablesVerified.parse(await resultOf(tables.work.verify([], signal)))
      const differing = done.tables.filter(({ differences }) => differences.length > 0)
      if (done.failing.length > 0) throw new TablesFailingError(done.failing)
      if (!done.equal) throw new DifferenceError(differenceText(differing))
      return `${done.tables.length} tables are what the lake says`
    }),
    'lake-verify': async ({ signal }) => {
      const { equal, losses } = LakeVerified.parse(await resultOf(admin.verify(signal)))
      if (!equal)
        throw new DifferenceError(
          'the lake differs from the log; `arterial verify` names where, `arterial lake rebuild` makes it anew',
        )
      const open = losses.filter(({ acknowledged }) => acknowledged === null).length
      return open === 0
        ? 'the lake is what the log says'
        : `the lake is what the log says; ${open} losses that nobody has acknowledged`
    },
    'lake-rebuild': async ({ day, signal }) => {
      const to = new Date(Date.parse(day) + DAY_MS).toISOString()
      const asked = { from: new Date(Date.parse(day)).toISOString(), to, streams: [] }
      const { days, upToPosition } = Rebuilt.parse(await resultOf(admin.rebuild(asked, signal)))
      return days === 0
        ? `no readings of ${day} (UTC)`
        : `${day} (UTC) made anew, up to position ${upToPosition}`
    },
    retention: () => retain(),
    train: ({ signal }) => train(analyst, signal),
    report,
  }
}

/** Tables that can't go on. */
export class TablesFailingError extends AppError {
  readonly code = 'ART_STEP_TABLES'
  override readonly retryable = true

  constructor(failing: readonly { readonly path: string; readonly problem: string | null }[]) {
    super(failing.map(({ path, problem }) => `${path}: ${problem ?? ''}`).join('; '))
  }
}

function differenceText(
  differing: readonly { readonly path: string; readonly differences: readonly string[] }[],
) {
  const [first] = differing
  const more = differing.length > 1 ? `, and ${differing.length - 1} tables more` : ''
  return `${first?.path ?? 'a table'} differs from the lake: ${first?.differences[0] ?? ''}${more}; \`arterial tables verify\` names all, \`arterial tables rebuild\` publishes a table anew`
}

/**
 * Learns the incident risk of the record as it is now. It is the only thing in this program that is learned from data; the answers are
 * kept in memory until the record changes, so that whoever opens the page need not wait.
 */
async function train(analyst: StepWorkDeps['analyst'], signal: AbortSignal): Promise<string> {
  const risk = IncidentRisk.parse(await made(() => analyst.risk(), signal)).result
  const { judged } = IncidentRiskQuality.parse(await made(() => analyst.riskQuality(), signal)).result ?? {
    judged: null,
  }
  if (risk === null || risk.record_ends === null) return 'there is no incident record to learn from'
  if (risk.is_too_short)
    return `the incident record, which ends ${risk.record_ends}, is too short to learn from`
  const learned = `incident risk of ${risk.communities.length} communities, of the record up to ${risk.record_ends}`
  if (judged === null) return `${learned}; too short to be judged`
  const gain = (1 - judged.deviance / judged.baseline_deviance) * 100
  return `${learned}; judged on ${judged.days} days: ${judged.expected.toFixed(0)} incidents expected, ${judged.seen} seen, deviance ${gain.toFixed(1)} % ${gain >= 0 ? 'below' : 'above'} that of habits alone`
}

/** Asks until it has been worked out. */
async function made(ask: () => Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  for (;;) {
    signal.throwIfAborted()
    const answer = await ask()
    if ((answer as { readonly state?: unknown }).state !== 'computing') return answer
    await sleep(LOOK_MS, undefined, { signal })
  }
}

/** The last event of long work. */
async function resultOf(events: AsyncIterable<AdminEvent>): Promise<unknown> {
  let result: unknown = null
  for await (const event of events) if ('result' in event) result = event.result
  return result
}
