import type { Loss } from '../../../../src/serve/contract/index.ts'
import { count } from '../../ui/format.ts'
import { date, moment } from '../../ui/city-time.ts'

export interface LossRow {
  readonly id: string
  readonly title: string
  /** What happened and where, as the server says it. */
  readonly message: string
  readonly facts: readonly string[]
  /** The command that ends the alarm; null once somebody has taken note. */
  readonly command: string | null
}

/** One row a loss, those nobody has taken note of first, and of each kind the newest. */
export function lossRows(losses: readonly Loss[], nowMs: number, timeZone: string): LossRow[] {
  return [...losses]
    .sort(
      (a, b) =>
        Number(a.acknowledged !== null) - Number(b.acknowledged !== null) ||
        b.found_at.localeCompare(a.found_at),
    )
    .map(loss => ({
      id: loss.id,
      title: `${loss.exact ? '' : 'Up to '}${count(loss.records)} ${loss.records === 1 ? 'reading' : 'readings'} lost`,
      message: loss.message,
      facts: factsOf(loss, nowMs, timeZone),
      command: loss.acknowledged === null ? `arterial losses acknowledge ${loss.id}` : null,
    }))
}

function factsOf(loss: Loss, nowMs: number, timeZone: string): string[] {
  const at = (instant: string) => moment(Date.parse(instant), nowMs, timeZone)
  const { arrived_from: from, arrived_to: to, in_lake: kept, acknowledged } = loss
  return [
    loss.id,
    `found ${at(loss.found_at)}`,
    from === null || to === null ? null : `arrived ${at(from)} to ${at(to)}`,
    kept === null || kept === 0 ? null : `${count(kept)} of them still in the tables`,
    loss.file,
    acknowledged === null
      ? null
      : `noted by ${acknowledged.by} on ${date(Date.parse(acknowledged.at), timeZone)}${
          acknowledged.note === null ? '' : `: ${acknowledged.note}`
        }`,
  ].filter(fact => fact !== null)
}
