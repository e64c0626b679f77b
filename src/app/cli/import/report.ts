import { REASONS } from '../../../lake/readings/scan/index.ts'
import type { ReadingOutcome, SensorOutcome } from '../../../serve/contract/outcome.ts'
import { number } from '../output.ts'

/** What became of every row of a file: `read` is the sum of the four (and of `unaccounted`, which is a mistake of ours). */
export interface RowCount {
  readonly read: number
  readonly new: number
  readonly repeats: number
  readonly conflicts: number
  readonly quarantined: number
  /** Quarantined rows by the rules they broke, joined by " + "; they add up to `quarantined`. */
  readonly reasons: Readonly<Record<string, number>>
  readonly unaccounted: number
  /** What many conflicts probably are; null where there are few. */
  readonly hint: string | null
}

/** What became of every entry of a register file. */
export interface SensorCount {
  readonly read: number
  readonly new: number
  readonly replaced: number
  readonly repeats: number
  readonly conflicts: number
}

/** Of the rows read: conflicts beyond this share are no accident. */
const MANY = 0.01
/** Conflicts on one sensor and time that no sender's retry explains. */
const MANY_ON_ONE_KEY = 5

export function rowCount(read: number, outcome: ReadingOutcome): RowCount {
  const { new: fresh, repeats, conflicts, quarantined, reasons } = outcome
  return {
    read,
    new: fresh,
    repeats,
    conflicts,
    quarantined,
    reasons: Object.fromEntries(reasons.map(({ reasons: codes, lines }) => [codes.join(' + '), lines])),
    unaccounted: read - fresh - repeats - conflicts - quarantined,
    hint: hintOf(read, outcome),
  }
}

export function sumOf(counts: readonly RowCount[]): RowCount {
  const sum = (value: (count: RowCount) => number) => counts.reduce((total, count) => total + value(count), 0)
  const reasons: Record<string, number> = {}
  for (const count of counts) {
    for (const [codes, lines] of Object.entries(count.reasons)) reasons[codes] = (reasons[codes] ?? 0) + lines
  }
  return {
    read: sum(count => count.read),
    new: sum(count => count.new),
    repeats: sum(count => count.repeats),
    conflicts: sum(count => count.conflicts),
    quarantined: sum(count => count.quarantined),
    reasons,
    unaccounted: sum(count => count.unaccounted),
    hint: counts.find(({ hint }) => hint !== null)?.hint ?? null,
  }
}

/** Whether every row is in silver: as a new one, or as one that was there. */
export function isClean({ conflicts, quarantined, unaccounted }: RowCount): boolean {
  return conflicts === 0 && quarantined === 0 && unaccounted === 0
}

/** The sum, and below it each reason. */
export function rowText(count: RowCount): string {
  const { read, new: fresh, repeats, conflicts, quarantined, unaccounted, hint } = count
  const parts = [
    `${number(fresh)} new`,
    `${number(repeats)} repeats`,
    `${number(conflicts)} conflicts`,
    `${number(quarantined)} quarantined`,
    ...(unaccounted === 0 ? [] : [`${number(unaccounted)} unaccounted for`]),
  ]
  const lines = [`${number(read)} read = ${parts.join(' + ')}`]
  for (const [codes, rows] of Object.entries(count.reasons)) {
    lines.push(`  ${number(rows)} quarantined: ${codes} (${wordsOf(codes)})`)
  }
  if (hint !== null) lines.push(hint)
  return lines.join('\n')
}

export function sensorText({ read, new: fresh, replaced, repeats, conflicts }: SensorCount): string {
  const sum = `${number(read)} sensors read = ${number(fresh)} new + ${number(replaced)} replaced + ${number(repeats)} repeats + ${number(conflicts)} conflicts`
  if (conflicts === 0) return sum
  return `${sum}\nA conflict is an entry whose sensor_id stands in the file before, with other content; the last one holds. Is the id split over two columns?`
}

export function sensorCount(read: number, outcome: SensorOutcome): SensorCount {
  return { read, ...outcome }
}

/** What many conflicts probably are: two rows of one file seldom disagree about one sensor and time by chance. */
function hintOf(read: number, { conflicts, keys }: ReadingOutcome): string | null {
  const onOne = keys.most > 1 ? `, up to ${number(keys.most + 1)} rows on one of them` : ''
  if (keys.own >= Math.max(1, read * MANY) || keys.most >= MANY_ON_ONE_KEY) {
    return (
      `${number(conflicts)} rows fell together with another row of the same sensor_id and timestamp (${number(keys.conflicting)} different pairs${onOne}): ` +
      'only the first of each counts. The sensor_id is probably split over two columns, or the mapping takes the wrong column for sensor_id or timestamp.'
    )
  }
  if (conflicts < Math.max(1, read * MANY)) return null
  return (
    `${number(conflicts)} rows differ from what was received before for the same sensor_id and timestamp; the first arrival counts. ` +
    'The file was probably corrected since, or sent with other units or another mapping.'
  )
}

function wordsOf(codes: string): string {
  const words: Readonly<Record<string, string>> = REASONS
  return codes
    .split(' + ')
    .map(code => words[code] ?? 'a rule this version does not know')
    .join('; ')
}
