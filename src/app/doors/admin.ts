import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError } from '../../core/errors.ts'
import type { Bronze } from '../../lake/bronze/index.ts'
import type { Engine } from '../../lake/engine/index.ts'
import { dayOf, dayText } from '../../lake/once/lake-queries.ts'
import { checkParts } from '../../lake/repair/damaged-parts.ts'
import { countLosses } from '../../lake/repair/losses.ts'
import type { Loader } from '../../lake/load/loader.ts'
import { rebuild } from '../../lake/repair/rebuild.ts'
import type { PrepareState } from '../../lake/prepare/preparer.ts'
import { verify } from '../../lake/verify/index.ts'
import type { SegmentLog } from '../../log/segments/index.ts'
import type { Admin, RebuildRequest } from '../../serve/routes/admin.ts'
import { levelWithLog } from '../incidents/level.ts'
import type { HostedRecord } from '../incidents/record.ts'
import { lossOf } from '../losses/index.ts'
import { noteLostFiles } from '../losses/lost-files.ts'
import type { LongLines } from '../losses/lost-files.ts'
import { sideTablesOf } from '../../lake/once/other-tables.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { StreamSet } from '../../lake/load/streams.ts'
import { tableOf } from '../../lake/streams/tables.ts'
import { unknownStreams } from '../streams.ts'
import { progressEvents } from './progress-events.ts'
import type { Report } from './progress-events.ts'

export interface AdminDeps {
  readonly engine: Engine
  readonly log: SegmentLog
  readonly loader: Loader
  readonly bronze: Bronze
  readonly rules: Pick<PrepareState, 'rules' | 'zone' | 'intervalS' | 'maxIndexBytes'>
  readonly longLines: LongLines | null
  readonly streams: StreamSet
  /** The incident record that is made of what is loaded. @default there is none */
  readonly incidents?: Pick<HostedRecord, 'level' | 'verify'>
}

/** The administrator's long operations; loading rests while one runs, the doors stay open. */
export function adminOperations(deps: AdminDeps): Admin {
  return {
    verify: signal => progressEvents(report => verifyLake(deps, signal, report)),
    rebuild: (what, signal) => progressEvents(report => rebuildLake(deps, what, signal, report)),
  }
}

async function verifyLake(
  { engine, log, loader, bronze, rules, longLines, streams, incidents }: AdminDeps,
  signal: AbortSignal,
  report: Report,
): Promise<unknown> {
  report(0, 'checksums of the lake')
  const damagedParts = await checkParts(engine, null, signal)
  if (damagedParts.length > 0) await loader.mendParts(damagedParts, signal)
  report(0, 'waiting until the lake is level with the log')
  // Whoever is level while rows are made anew has looked too early.
  while (damagedParts.length > 0 && loader.ledger === null) await sleep(50, undefined, { signal })
  await levelWithLog({ log, loader, ...(incidents === undefined ? {} : { incidents }) }, signal)
  return loader.exclusively(async () => {
    const upto = loader.visible
    const checked = await log.verifyChecksums(
      () => {},
      share => report(share * 0.1, 'checksums of the log'),
    )
    // What was damaged is other segments now, and a loss.
    await bronze.refresh()
    await countLosses(engine, log.losses, false, `verify/${upto}`, sideTablesOf(streams.list))
    if (longLines !== null) await noteLostFiles({ engine, log }, longLines, true)
    const result = await verify({
      engine,
      log: {
        floor: log.floor,
        losses: log.losses,
        unknown: unknownStreams(log.named),
        segments: () => log.segments(),
      },
      streams: streams.list,
      rules,
      silverFloorMs: loader.lastLedger?.silverFloorMs ?? -Infinity,
      streamFloorsMs: loader.lastLedger?.streamFloors ?? new Map<string, number>(),
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
      damagedParts,
      losses: log.losses.list().map(lossOf),
      logSegments: checked.segments,
      logDamaged: checked.damaged,
    }
  }, signal)
}

/** Readings of some days or of all, and streams whole: their tables are exchanged, and what they sum up is made anew. */
async function rebuildLake(
  { engine, log, loader, rules, streams }: AdminDeps,
  { from, to, streams: named }: RebuildRequest,
  signal: AbortSignal,
  report: Report,
): Promise<unknown> {
  const isAll = from === null && to === null && named.length === 0
  const chosen = isAll ? streams.list : named.map(name => streamNamed(streams, name))
  const days = isAll ? null : named.length > 0 ? new Set<number>() : daySet(from, to, loader)
  const tables = new Set(chosen.length === 0 ? [] : [...chosen.map(tableOf), ...SHARED_TABLES])
  return loader.exclusively(async () => {
    const ledger = loader.lastLedger
    const firsts = Object.entries(ledger?.days ?? {})
      .filter(([day]) => days === null || days.has(Number(day)))
      .map(([, day]) => day.first)
    if (named.length === 0 && log.floor > Math.min(Infinity, ...firsts)) {
      throw new UsageError(
        `the log begins at position ${log.floor}, but the days asked for came from position ${Math.min(...firsts)} on: they can't be rebuilt whole; choose later days with --from`,
      )
    }
    const replaced = await rebuild(
      {
        engine,
        log,
        streams,
        rules,
        signal,
        onProgress: share => report(share, 'running the log through the present rules'),
        onReplace: day => markRebuilt(engine, day, loader.visible - 1),
      },
      {
        days,
        replace: days,
        expected: null,
        tables,
        onlyStreams: chosen.map(({ name }) => name),
        silverFloorMs: ledger?.silverFloorMs ?? -Infinity,
        streamFloorsMs: ledger?.streamFloors ?? new Map<string, number>(),
        from: log.floor,
        to: loader.visible,
        registerAt: Number.MAX_SAFE_INTEGER,
      },
    )
    const side = Object.entries(sideTablesOf(streams.list)).filter(([name]) => tables.has(name))
    await loader.recount(replaced, Object.fromEntries(side))
    const made = chosen.map(({ name }) => name)
    return { days: replaced.size, ...(made.length > 0 && { streams: made }), upToPosition: loader.visible }
  }, signal)
}

/** Tables that streams share: of these a rebuild replaces their rows alone. */
const SHARED_TABLES = ['quarantine', 'drift', 'streamConflicts'] as const

function streamNamed(streams: StreamSet, name: string): Stream {
  const stream = streams.list.find(one => one.name === name)
  if (stream !== undefined) return stream
  const known = streams.list.map(one => one.name).join(', ')
  throw new UsageError(
    `there is no stream "${name}"; there are ${known}. Readings are rebuilt without --stream`,
  )
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
