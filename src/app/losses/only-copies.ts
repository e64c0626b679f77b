import type { Losses } from '../../core/losses.ts'
import type { FoundLoss } from '../../core/schema/loss.ts'
import type { Checkpoint } from '../../lake/once/checkpoint.ts'
import { dayText } from '../../lake/once/lake-queries.ts'

/**
 * Writes down what only a lake has that is about to be set aside: what it holds of lines that the log no longer has,
 * because they are older than it keeps or were lost from it before. A new lake, made from the log, will lack them.
 *
 * @param name under which the old lake is kept
 */
export async function noteOnlyCopies(
  checkpoint: Checkpoint,
  log: { readonly floor: number; readonly losses: Losses },
  name: string,
): Promise<void> {
  const { floor, losses } = log
  if (floor > 0 && checkpoint.position > 0) await losses.add([olderThanTheLog(checkpoint, floor, name)])
  for (const { id, layer, inLake } of losses.list()) {
    if (layer === 'log' && inLake !== null && inLake > 0) await losses.counted(id, 0)
  }
}

function olderThanTheLog(checkpoint: Checkpoint, floor: number, name: string): FoundLoss {
  const days = Object.entries(checkpoint.days)
    .map(([day, state]) => ({ day: Number(day), ...state }))
    .filter(({ first }) => first < floor)
    .sort((a, b) => a.day - b.day)
  const records = days.reduce((sum, { rows }) => sum + rows, 0)
  const exact = days.every(({ last }) => last < floor)
  const [first, last] = [days.at(0), days.at(-1)]
  const which =
    first === undefined || last === undefined
      ? 'No readings'
      : `${exact ? '' : 'Up to '}${records} readings of ${dayText(first.day)} to ${dayText(last.day)}`
  return {
    layer: 'lake',
    table: 'silver.readings',
    from: 0,
    to: floor,
    records,
    exact,
    inLake: 0,
    arrivedFromMs: null,
    arrivedToMs: null,
    file: 'lake',
    offset: null,
    bytes: null,
    setAside: name,
    message: `${which}, and what else came before position ${floor} (older figures of gold, lines in quarantine, changes of the sensor register), were only in the lake that could not be opened, because the log begins there; it is kept as ${name}`,
    key: `set aside ${name}`,
  }
}
