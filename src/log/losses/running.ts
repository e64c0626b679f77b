import { without } from '../../core/ranges.ts'
import type { FoundLoss } from '../../core/schema/loss.ts'
import type { Segment } from '../segments/catalog.ts'
import { fileIn, segmentsIn, sitesIn } from '../segments/mend.ts'
import type { Inspection } from '../segments/mend.ts'
import { segmentName } from '../segments/names.ts'
import { lossesOf } from './found.ts'
import type { Site } from './found.ts'
import { readWitness } from './witness.ts'

/** What a segment lacks that was whole when the log was opened or written. */
export function lossesAt(dir: string, segment: Segment, inspection: Inspection): Promise<FoundLoss[]> {
  return lossesIn(dir, segment, segmentsIn(inspection), sitesIn(inspection))
}

/** What is lost with a segment whose file is gone. */
export function lossesWith(dir: string, segment: Segment): Promise<FoundLoss[]> {
  const { base: from, end: to } = segment
  const file = fileIn(dir, segmentName(from))
  return lossesIn(
    dir,
    segment,
    [],
    [{ from, to, file, offset: null, bytes: null, setAside: null, words: 'is gone' }],
  )
}

async function lossesIn(
  dir: string,
  { base, end, firstArrivalMs, newestArrivalMs }: Segment,
  parts: readonly Segment[],
  sites: readonly Site[],
): Promise<FoundLoss[]> {
  const kept = parts.map(part => ({ from: part.base, to: part.end }))
  const frames = (await readWitness(dir, base))?.frames ?? []
  return lossesOf(without([{ from: base, to: end }], kept), true, sites, ({ from, to }) => {
    const times = frames
      .filter(({ position, count }) => position < to && position + count > from)
      .map(({ arrivedAtMs }) => arrivedAtMs)
    return times.length === 0
      ? { fromMs: firstArrivalMs, toMs: newestArrivalMs }
      : { fromMs: Math.min(...times), toMs: Math.max(...times) }
  })
}
