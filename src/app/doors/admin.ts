import { UsageError } from '../../core/errors.ts'
import type { Bronze } from '../../lake/bronze/index.ts'
import type { Engine } from '../../lake/engine/index.ts'
import { dayOf, dayText } from '../../lake/once/lake-queries.ts'
import { countLosses } from '../../lake/repair/losses.ts'
import type { Loader } from '../../lake/load/loader.ts'
import { rebuild } from '../../lake/repair/rebuild.ts'
import type { PrepareState } from '../../lake/prepare/preparer.ts'
import { verify } from '../../lake/verify/index.ts'
import type { SegmentLog } from '../../log/segments/index.ts'
import type { Admin, AdminEvent } from '../../serve/routes/admin.ts'
import { levelWithLog } from '../incidents/level.ts'
import type { HostedRecord } from '../incidents/record.ts'
import { lossOf } from '../losses/index.ts'
import { noteLostFiles } from '../losses/lost-files.ts'
import type { LongLines } from '../losses/lost-files.ts'
import { sideTablesOf } from '../../lake/once/other-tables.ts'
import { streamSet, unknownStreams } from '../streams.ts'

export interface AdminDeps {
  readonly engine: Engine
  readonly log: SegmentLog
  readonly loader: Loader
  readonly bronze: Bronze
  readonly rules: Pick<PrepareState, 'rules' | 'zone' | 'intervalS' | 'maxIndexBytes'>
  readonly longLines: LongLines
  /** The incident record that is made of what is loaded. @default there is none */
  readonly incidents?: Pick<HostedRecord, 'level' | 'verify'>
}

/** The administrator's long operations; loading rests while one runs, the doors stay open. */
export function adminOperations(deps: AdminDeps): Admin {
  return {
    verify: signal => progressEvents(report => verifyLake(deps, signal, report)),
    rebuild: (from, to, signal) => progressEvents(report => rebuildDays(deps, from, to, signal, report)),
  }
}

type Report = (share: number, message: string) => void

async function verifyLake(
  { engine, log, loader, bronze, rules, longLines, incidents }: AdminDeps,
  signal: AbortSignal,
  report: Report,
): Promise<unknown> {
  report(0, 'waiting until the lake is level with the log')
  await levelWithLog({ log, loader, ...(incidents === undefined ? {} : { incidents }) }, signal)
  return loader.exclusively(async () => {
    const upto = loader.visible
    const checked = await log.verifyChecksums(
      () => {},
      share => report(share * 0.1, 'checksums of the log'),
    )
    // What was damaged is other segments now, and a loss.
    await bronze.refresh()
    await countLosses(engine, log.losses, false, `verify/${upto}`, sideTablesOf(streamSet.list))
    await noteLostFiles({ engine, log }, longLines, true)
    const result = await verify({
      engine,
      log: {
        floor: log.floor,
        losses: log.losses,
        unknown: unknownStreams(log.named),
        segments: () => log.segments(),
      },
      streams: streamSet.list,
      rules,
      silverFloorMs: loader.lastLedger?.silverFloorMs ?? -Infinity,
      upto,
      signal,
      onProgress: (share, message) => report(0.1 + share * 0.8, message),
    })
    report(0.9, 'making the incident record')
    const ofRecord = (await incidents?.verify(upto, signal)) ?? []
    return {
      ...result,
      equal: result.equal && ofRecord.length === 0,
      streams: [...result.streams, ...ofRecord],
      losses: log.losses.list().map(lossOf),
      logSegments: checked.segments,
      logDamaged: checked.damaged,
    }
  }, signal)
}

async function rebuildDays(
  { engine, log, loader, rules }: AdminDeps,
  from: string | null,
  to: string | null,
  signal: AbortSignal,
  report: Report,
): Promise<unknown> {
  const days = from === null && to === null ? null : daySet(from, to, loader)
  return loader.exclusively(async () => {
    const ledger = loader.lastLedger
    const firsts = Object.entries(ledger?.days ?? {})
      .filter(([day]) => days === null || days.has(Number(day)))
      .map(([, day]) => day.first)
    if (log.floor > Math.min(Infinity, ...firsts)) {
      throw new UsageError(
        `the log begins at position ${log.floor}, but the days asked for came from position ${Math.min(...firsts)} on: they can't be rebuilt whole; choose later days with --from`,
      )
    }
    const replaced = await rebuild(
      {
        engine,
        log,
        streams: streamSet,
        rules,
        signal,
        onProgress: share => report(share, 'running the log through the present rules'),
        onReplace: day => markRebuilt(engine, day, loader.visible - 1),
      },
      {
        days,
        replace: days,
        expected: null,
        tables: new Set(),
        silverFloorMs: ledger?.silverFloorMs ?? -Infinity,
        from: log.floor,
        to: loader.visible,
        registerAt: Number.MAX_SAFE_INTEGER,
      },
    )
    await loader.forgetDays(replaced)
    return { days: replaced.size, upToPosition: loader.visible }
  }, signal)
}

/** `verify` applies the register as of there to this day, as the rebuild did. */
async function markRebuilt(engine: Engine, day: number, last: number): Promise<void> {
  await engine.exec('INSERT INTO lake.rebuilt_days VALUES ({day:Date}, {position:UInt64})', {
    session: 'load',
    params: { day: dayText(day), position: last },
  })
}

/** Whole UTC days, `to` exclusive. */
function daySet(from: string | null, to: string | null, loader: Loader): Set<number> {
  const known = Object.keys(loader.lastLedger?.days ?? {}).map(Number)
  const first = from === null ? Math.min(...known) : Math.floor(dayOf(from))
  const last = to === null ? Math.max(...known) + 1 : Math.ceil(dayOf(to))
  if (!(first < last)) throw new UsageError(`--from ${from ?? ''} is not before --to ${to ?? ''}`)
  return new Set(known.filter(day => day >= first && day < last))
}

/** Runs work that reports as it goes, as a stream of events; ends with the result, or throws. */
async function* progressEvents(work: (report: Report) => Promise<unknown>): AsyncGenerator<AdminEvent> {
  const waiting: AdminEvent[] = []
  let wake = () => {}
  const state = { done: false }
  const running = work((progress, message) => {
    waiting.push({ progress: Math.min(1, Math.max(0, progress)), message })
    wake()
  }).finally(() => {
    state.done = true
    wake()
  })
  running.catch(() => {})
  for (;;) {
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) yield event
    if (state.done) break
    await new Promise<void>(resolve => (wake = resolve))
  }
  yield { result: await running }
}
