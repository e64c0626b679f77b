import type { RecordOutcome } from '../../../../serve/contract/incident-record/index.ts'
import { INCIDENT_REFUSALS } from '../../../../core/schema/incident.ts'
import { number } from '../../output.ts'
import type { SentFile } from './send-file.ts'

/** What became of every row of a file: `read` is the sum of new, updated, unchanged and quarantined (and of `unaccounted`, which is a mistake of ours). */
export interface RowReport {
  readonly read: number
  readonly new: number
  readonly updated: number
  readonly unchanged: number
  readonly quarantined: number
  /** Quarantined rows by their reasons; they add up to `quarantined`. */
  readonly reasons: Readonly<Record<string, number>>
  readonly unaccounted: number
  /** Of the new ones, re-posts and updates of the event of another. */
  readonly linked: number
  /** Of all, rows without an id that are a report that has one. */
  readonly joined: number
  /** Of all, rows whose corrupted times were set right. */
  readonly repaired: number
}

export interface FileReport extends RowReport {
  readonly file: string
}

export function fileReport({ file, read, repaired }: SentFile, outcome: RecordOutcome): FileReport {
  const { new: fresh, updated, unchanged, quarantined, linked, joined } = outcome
  return {
    ...{ file, read, new: fresh, updated, unchanged, quarantined },
    reasons: Object.fromEntries(outcome.reasons.map(({ reasons, lines }) => [reasons.join(' + '), lines])),
    unaccounted: read - fresh - updated - unchanged - quarantined,
    ...{ linked, joined, repaired },
  }
}

/** The sum, what is known of the rows besides, and each reason. */
export function reportText(report: RowReport): string {
  const { read, unaccounted, linked, joined, repaired } = report
  const parts = [
    `${number(report.new)} new`,
    `${number(report.updated)} updated`,
    `${number(report.unchanged)} unchanged`,
    `${number(report.quarantined)} quarantined`,
    ...(unaccounted === 0 ? [] : [`${number(unaccounted)} unaccounted for`]),
  ]
  return [
    `${number(read)} rows read = ${parts.join(' + ')}`,
    `  ${number(linked)} of the new ones linked as re-posts or updates of another; ${number(joined)} without an id joined to one that has it; ${number(repaired)} times repaired`,
    ...Object.entries(report.reasons).map(
      ([codes, rows]) => `  ${number(rows)} quarantined: ${codes}${meaningOf(codes)}`,
    ),
  ].join('\n')
}

function meaningOf(codes: string): string {
  const words: Readonly<Record<string, string>> = INCIDENT_REFUSALS
  const known = codes.split(' + ').flatMap(code => words[code] ?? [])
  return known.length === 0 ? '' : ` (${known.join('; ')})`
}

/** Whether every row is in the record. */
export function isWhole({ quarantined, unaccounted }: RowReport): boolean {
  return quarantined === 0 && unaccounted === 0
}

export function sumOfReports(reports: readonly RowReport[]): RowReport {
  const sum = (of: (report: RowReport) => number) => reports.reduce((total, one) => total + of(one), 0)
  const reasons: Record<string, number> = {}
  for (const report of reports)
    for (const [codes, rows] of Object.entries(report.reasons)) reasons[codes] = (reasons[codes] ?? 0) + rows
  return {
    read: sum(({ read }) => read),
    new: sum(report => report.new),
    updated: sum(({ updated }) => updated),
    unchanged: sum(({ unchanged }) => unchanged),
    quarantined: sum(({ quarantined }) => quarantined),
    reasons,
    unaccounted: sum(({ unaccounted }) => unaccounted),
    linked: sum(({ linked }) => linked),
    joined: sum(({ joined }) => joined),
    repaired: sum(({ repaired }) => repaired),
  }
}
