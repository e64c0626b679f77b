import type { Engine } from '../engine/index.ts'
import { BatchSize } from './batch-size.ts'
import { streamFloorsOf } from '../once/checkpoint.ts'
import type { Checkpoint } from '../once/checkpoint.ts'
import { hoursInSilver, lastSightings, versionsBelow } from '../once/lake-queries.ts'
import type { Ledger } from '../once/ledger.ts'
import type { Prepared, PrepareState } from '../prepare/preparer.ts'
import type { PreparerThread } from '../prepare/preparer-thread.ts'
import { prepareRules, rulesAt, ruleVersions } from '../prepare/rules.ts'
import type { Recovered } from '../repair/recover.ts'

/** What the loader knows and has done since it last looked what the tables hold; thrown away after a failure. */
export class Session {
  readonly thread: PreparerThread
  readonly ledger: Ledger
  /** A crash may have left rows of records up to this position. */
  readonly highest: number
  /** Per UTC day: gold holds everything up to this position. */
  readonly watermarks: Map<number, number>
  /** Days with rows that gold does not have yet. */
  readonly touched = new Set<number>()
  /** Days that got rows back which silver had lost; gold went on from there, so that it can't simply be added to. */
  readonly refilled = new Set<number>()
  /** Streams with rows that gold does not have yet. */
  readonly streams = new Set<string>()
  /** Everything below it was in every table when the session began. */
  readonly start: number
  /** First position not read, not inserted, not in gold. */
  read: number
  inserted: number
  visibleUpto: number
  /** Rows that gold lacks, and those of them that its night histogram counts. */
  pendingRows = 0
  pendingNight = 0
  readonly batchSize = new BatchSize()
  goldAt = 0
  savedAt = 0
  saved = true

  constructor(thread: PreparerThread, recovered: Recovered) {
    this.thread = thread
    this.ledger = recovered.ledger
    this.highest = recovered.highest
    this.watermarks = new Map(recovered.watermarks)
    this.start = recovered.position
    this.read = recovered.position
    this.inserted = recovered.position
    this.visibleUpto = recovered.position
  }

  /** A batch is in silver and the tables beside it; gold lacks it. */
  noteInserted(prepared: Prepared, upto: number): void {
    this.ledger.add(prepared, upto)
    this.inserted = upto
    this.pendingRows += prepared.counts.accepted
    for (const [name, { accepted }] of prepared.streams.counts) if (accepted > 0) this.streams.add(name)
    for (const [day, { first, night }] of prepared.days) {
      this.touched.add(day)
      this.pendingNight += night
      if (first <= (this.watermarks.get(day) ?? -1)) this.refilled.add(day)
    }
    this.saved = false
  }

  /** Gold holds all that is inserted. */
  noteInGold(): void {
    this.touched.clear()
    this.pendingRows = 0
    this.pendingNight = 0
    this.visibleUpto = this.inserted
  }
}

/** What preparing goes on from after a recovery, with the rules in force there; before the first rules, those of the configuration hold. */
export async function stateAt(
  engine: Engine,
  checkpoint: Checkpoint,
  { position, present }: Recovered,
): Promise<
  Omit<PrepareState, 'rules' | 'zone' | 'intervalS' | 'maxIndexBytes'> & ReturnType<typeof rulesInForce>
> {
  return {
    ...rulesInForce(await ruleVersions(engine), position),
    versions: await versionsBelow(engine, position),
    sightings: await lastSightings(engine, position),
    hoursInSilver: await hoursInSilver(engine),
    silverFloorMs: checkpoint.silverFloorMs,
    streamFloorsMs: streamFloorsOf(checkpoint),
    onlyDays: null,
    followsFrom: 0,
    present,
  }
}

function rulesInForce(
  versions: Awaited<ReturnType<typeof ruleVersions>>,
  position: number,
): Partial<ReturnType<typeof prepareRules>> {
  const inForce = rulesAt(versions, position)
  return inForce === undefined ? {} : prepareRules(inForce)
}
