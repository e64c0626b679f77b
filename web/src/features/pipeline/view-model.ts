import type { Status } from '../../../../src/serve/contract/index.ts'
import { isBehind } from '../../state/program.ts'
import {
  bytes,
  compact,
  count,
  latency,
  perSecond,
  quantity,
  UNKNOWN,
  type Quantity,
} from '../../ui/format.ts'

export interface Stage {
  readonly key: 'log' | 'bronze' | 'silver' | 'gold'
  readonly title: string
  readonly what: string
  readonly rows: string
  readonly rowsExact: string
  readonly unit: string
  readonly size: Quantity
  /** On the way into this stage; null where it is not known. */
  readonly rate: string | null
  readonly moving: boolean
}

/** The way of the data, in order. */
export function stagesOf({ log, layers, rates }: Status): Stage[] {
  const stage = (
    key: Stage['key'],
    title: string,
    what: string,
    rows: number,
    unit: string,
    size: number,
    perS: number,
    rate: string | null = perSecond(perS),
  ): Stage => ({
    key,
    title,
    what,
    rows: compact(rows),
    rowsExact: count(rows),
    unit,
    size: bytes(size),
    rate,
    moving: perS > 0,
  })
  return [
    stage('log', 'Log', 'readings, as received', log.accepted, 'lines', log.bytes, rates.acceptedPerS),
    stage(
      'bronze',
      'Bronze',
      'every reading, as a table',
      layers.bronze.rows,
      'rows',
      layers.bronze.bytes,
      rates.acceptedPerS,
    ),
    stage(
      'silver',
      'Silver',
      'valid readings, once each',
      layers.silver.rows,
      'rows',
      layers.silver.bytes,
      rates.loadedPerS,
    ),
    stage(
      'gold',
      'Gold',
      'sums by 5 min, 15 min, hour',
      layers.gold.rows,
      'rows',
      layers.gold.bytes,
      rates.loadedPerS,
      // A window holds many readings: gold grows far slower than lines are loaded.
      null,
    ),
  ]
}

export interface Health {
  readonly key: string
  readonly label: string
  readonly value: string
  readonly detail: string
  readonly tone: 'good' | 'warn' | 'danger' | 'quiet'
}

/** Readings of a quiet city wait up to 20 s for each other (decision 14); beyond, the loader falls behind. */
const FRESH_MS = 25_000
const ENGINE: Record<Status['engine']['state'], { value: string; tone: Health['tone'] }> = {
  starting: { value: 'Starting', tone: 'warn' },
  ready: { value: 'Ready', tone: 'good' },
  restarting: { value: 'Restarting', tone: 'danger' },
  stopped: { value: 'Stopped', tone: 'danger' },
}

const DISK: Record<Status['disk']['state'], { detail: string; tone: Health['tone'] }> = {
  ok: { detail: 'room enough', tone: 'good' },
  low: { detail: 'nearly full: no readings are taken', tone: 'danger' },
  full: { detail: 'full: nothing is loaded either', tone: 'danger' },
}

/** What an operator asks first: is anything waiting, how old is what I see, is the engine well. */
export function healthOf(status: Status): Health[] {
  const { backlog, freshnessMs, engine, disk, folder, rates, repeats, conflicts, log } = status
  const waitS = backlog.records / Math.max(rates.loadedPerS, 1)
  return [
    {
      key: 'backlog',
      label: 'Waiting to load',
      value: backlog.records === 0 ? 'Nothing' : `${compact(backlog.records)} lines`,
      detail:
        backlog.records === 0
          ? 'all tables are complete'
          : `${quantity(bytes(backlog.bytes))}, ${rates.loadedPerS > 0 ? `about ${quantity(latency(waitS * 1_000))} of work` : 'nothing is loading'}`,
      tone: isBehind(status) ? 'warn' : 'good',
    },
    {
      key: 'freshness',
      label: 'Freshness',
      value: quantity(latency(freshnessMs.p95)),
      detail:
        freshnessMs.p95 === null
          ? 'nothing loaded lately'
          : `95 of 100 readings; half within ${quantity(latency(freshnessMs.p50))}`,
      tone: freshnessMs.p95 === null ? 'quiet' : freshnessMs.p95 <= FRESH_MS ? 'good' : 'warn',
    },
    {
      key: 'engine',
      label: 'Database',
      value: ENGINE[engine.state].value,
      detail: engine.restarts === 0 ? 'never restarted' : `restarted ${count(engine.restarts)} times`,
      tone: ENGINE[engine.state].tone,
    },
    {
      key: 'disk',
      label: 'Disk',
      value: disk.freeBytes === null ? UNKNOWN : `${quantity(bytes(disk.freeBytes))} free`,
      detail: DISK[disk.state].detail,
      tone: disk.state === 'ok' && disk.freeBytes === null ? 'quiet' : DISK[disk.state].tone,
    },
    {
      key: 'folder',
      label: 'Data on disk',
      value: folder === null ? UNKNOWN : quantity(bytes(folder.totalBytes)),
      detail: folder === null ? 'being measured' : shares(folder.bytes),
      tone: folder !== null && folder.bytes.setAside > 0 ? 'warn' : 'quiet',
    },
    {
      key: 'repeats',
      label: 'Repeats',
      value: compact(repeats),
      detail:
        log.accepted === 0
          ? 'received again, counted once'
          : `${share(repeats, log.accepted)} of lines, counted once`,
      tone: 'quiet',
    },
    {
      key: 'conflicts',
      label: 'Conflicts',
      value: compact(conflicts),
      detail: conflicts === 0 ? 'nothing came again changed' : 'came again changed; the first arrival counts',
      tone: conflicts === 0 ? 'quiet' : 'warn',
    },
  ]
}

/** What the data takes, in the order of the way; what was set aside is named only when there is something. */
function shares({
  segments,
  lake,
  oversize,
  setAside,
  rest,
}: NonNullable<Status['folder']>['bytes']): string {
  const parts = [`log ${quantity(bytes(segments))}`, `tables ${quantity(bytes(lake))}`]
  if (setAside > 0) parts.push(`damaged, kept ${quantity(bytes(setAside))}`)
  return [...parts, `other ${quantity(bytes(oversize + rest))}`].join(', ')
}

function share(part: number, whole: number): string {
  const percent = (part / whole) * 100
  return percent > 0 && percent < 0.1 ? 'under 0.1 %' : `${percent.toFixed(1)} %`
}

export interface Rate {
  readonly atS: number
  readonly acceptedPerS: number
  readonly loadedPerS: number
}

/** Rates of the last minutes, one a second, newest last; what arrived twice within a second replaces. */
export function pushRate(history: readonly Rate[], entry: Rate, keep: number): Rate[] {
  const rest = history.at(-1)?.atS === entry.atS ? history.slice(0, -1) : history
  return [...rest, entry].slice(-keep)
}

/** What the lines of the last minutes end at: "3.0/s now, most 3.4/s". */
export function rateText(rates: readonly number[]): string {
  const now = rates.at(-1)
  return now === undefined ? '' : `${perSecond(now)} now, most ${perSecond(Math.max(...rates))}`
}
