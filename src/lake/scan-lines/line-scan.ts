import type { Frame } from '../../core/log.ts'
import { columnsOf } from '../../core/stream/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { Sensor } from '../../core/schema/sensor.ts'
import { zoneOffsets } from '../../core/time/index.ts'
import { BlockScratch } from '../columns/native-block.ts'
import type { TableBlock } from '../columns/table-block.ts'
import { TimestampParser } from '../columns/timestamp.ts'
import { framed, tooLongLines } from '../prepare/frame-lines.ts'
import type { FramedReject } from '../prepare/framed-reject.ts'
import { quarantineBlock, silverBlock } from '../readings/blocks.ts'
import { Enriched } from '../readings/enriched.ts'
import { fillLocalTimes } from '../readings/local-times.ts'
import { Scanner } from '../readings/scan/index.ts'
import type { Reject, Rules } from '../readings/scan/index.ts'
import { Register } from '../readings/sensor-register.ts'
import { StreamPreparer } from '../streams/batch.ts'

/** What lines are judged by. */
export interface ScanRules {
  readonly rules: Rules
  /** IANA zone of timestamps without one, and of local hours. */
  readonly zone: string
  /** Interval of a sensor that nobody gives one, s. */
  readonly intervalS: number
}

/** Rows of silver and of quarantine as the lake would insert them, but repeats too; each block in the order of position. */
export interface ScannedBlocks {
  readonly silver: TableBlock
  readonly quarantine: TableBlock
}

/** Judges lines of one kind, and makes rows of them: frame after frame, with no memory of what came before but names. */
export interface LineScan {
  /** Columns of silver that say true or false, which blocks hold as 0 and 1. */
  readonly flags: ReadonlySet<string>
  scan(frames: readonly Frame[]): ScannedBlocks
}

/** @param sensors the register, which completes what readings leave out */
export function readingScan(given: ScanRules, sensors: readonly Sensor[]): LineScan {
  const zone = zoneOffsets(given.zone)
  const scanner = new Scanner(given.rules, zone)
  const register = new Register(scanner.sensors, scanner.places)
  for (const sensor of sensors) register.apply({ op: 'put', sensor })
  const enriched = new Enriched(scanner, register, given.intervalS)
  const scratch = new BlockScratch()
  return {
    flags: new Set(),
    scan(frames) {
      const base = frames[0]?.position ?? 0
      const rows = enriched.reset(frames.reduce((sum, { count }) => sum + count, 0))
      const refused: FramedReject[] = []
      for (const frame of frames) {
        if (frame.kind === 'oversize') {
          refused.push(...tooLongLines(frame))
          continue
        }
        const from = rows.columns.rows
        const rejects: Reject[] = []
        scanner.scan(frame, base, { columns: rows.columns, rejects, drift: new Map() })
        rows.enrich(from, frame)
        refused.push(...rejects.map(reject => framed(reject, frame)))
      }
      fillLocalTimes(rows, zone, 0)
      const selection = Uint32Array.from({ length: rows.columns.rows }, (_, row) => row)
      return {
        silver: silverBlock({ enriched: rows, scanner, base, selection, scratch }),
        quarantine: quarantineBlock(refused),
      }
    },
  }
}

/** The same for a declared stream. */
export function streamScan(stream: Stream, { rules, zone }: ScanRules): LineScan {
  const preparer = new StreamPreparer(stream, new TimestampParser(zoneOffsets(zone)), rules)
  const flags = columnsOf(stream.fields).filter(({ kind }) => kind === 'flag')
  return {
    flags: new Set(flags.map(({ name }) => name)),
    scan(frames) {
      preparer.begin()
      for (const frame of frames) {
        if (frame.kind === 'oversize') preparer.refuse(tooLongLines(frame))
        else preparer.scan(frame)
      }
      return { silver: preparer.everything(), quarantine: quarantineBlock(preparer.rejects) }
    },
  }
}
