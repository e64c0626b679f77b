import { DAY_MS } from '../../../core/time/spans.ts'
import type { Place } from '../../../insight/hotspots/index.ts'
import type { IncidentChoice, MomentReader, Moments } from '../../../lake/read/incident-record/index.ts'
import type { IncidentAnalyst } from '../../../serve/incident-record/analysis.ts'
import type { ShutdownSteps } from '../../shutdown-steps.ts'
import { inThread } from './in-thread.ts'
import type { Jobs } from './jobs.ts'
import { KeptAnswers } from './kept-answers.ts'
import { before, type ChosenDays } from './periods.ts'

export interface AnalystDeps {
  readonly reader: MomentReader
  /** Signals of the city: where an incident could have been though none was. */
  readonly signals: readonly Place[]
}

const KEPT = { most: 48, mostWaiting: 6, patienceMs: 400 }

/** Analyses of the incident record: worked on off the main thread, once for each choice and state of the record. */
export function incidentAnalyst({ reader, signals }: AnalystDeps, undo: ShutdownSteps): IncidentAnalyst {
  const answers = new KeptAnswers(KEPT)
  const stop = new AbortController()
  const { signal } = stop
  undo.push(() => {
    stop.abort()
    return Promise.resolve()
  })
  let whole: { readonly version: string; readonly record: Promise<Moments> } | null = null
  const recordOf = (version: string) => {
    if (whole?.version !== version) {
      const record = reader.moments({}, signal)
      whole = { version, record }
      record.catch(() => (whole = null))
    }
    return whole.record
  }
  const ask = async <N extends keyof Jobs>(
    name: N,
    choice: IncidentChoice,
    givenOf: (record: Moments) => Promise<Parameters<Jobs[N]>[0]>,
  ) => {
    const version = await reader.version(signal)
    return answers.ask(`${version} ${name} ${JSON.stringify(choice)}`, async () =>
      inThread(name, await givenOf(await recordOf(version)), signal),
    )
  }
  return {
    hotspots: choice =>
      ask('hotspots', choice, async record => ({
        ...{ record, signals, chosen: daysOf(choice), now: await reader.moments(choice, signal) },
        before: await momentsBefore(reader, choice, record, signal),
      })),
    trend: choice =>
      ask('trend', choice, async record => ({
        ...{ record, chosen: daysOf(choice), now: await reader.moments(choice, signal) },
      })),
  }
}

/** The same choice of as many days just before; null where it names no first day. */
async function momentsBefore(
  reader: MomentReader,
  choice: IncidentChoice,
  record: Moments,
  signal: AbortSignal,
): Promise<Moments | null> {
  const { fromDay, toDay } = daysOf(choice)
  if (fromDay === null) return null
  const span = before(fromDay, (toDay ?? lastDayOf(record)) - fromDay + 1)
  return reader.moments({ ...choice, from: dayText(span.fromDay), to: dayText(span.toDay + 1) }, signal)
}

function daysOf({ from, to }: IncidentChoice): ChosenDays {
  return { fromDay: from === undefined ? null : dayOf(from), toDay: to === undefined ? null : dayOf(to) - 1 }
}

function lastDayOf({ startedAtMs, utcOffsetMin }: Moments): number {
  const [ms = 0, offsetMin = 0] = [startedAtMs.at(-1), utcOffsetMin.at(-1)]
  return Math.floor((ms + offsetMin * 60_000) / DAY_MS)
}

function dayOf(text: string): number {
  return Date.parse(text) / DAY_MS
}

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}
