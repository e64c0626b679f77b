// `npm run incident-times`: how the repaired times of Calgary's record compare with sound ones. Prints the figures of
// docs/quality/incident-times.md and writes its plot; needs the record in ../shared/data beside the checkout.
import { createReadStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MINUTE_MS } from '../../src/core/time/spans.ts'
import { utcToLocal, zoneOffsets } from '../../src/core/time/index.ts'
import { incidentRows } from '../../src/sources/incidents/index.ts'
import type { IncidentRecord } from '../../src/sources/incidents/index.ts'
import { linesPlot } from './lines-plot.ts'

const ROOT = join(import.meta.dirname, '../..')
const BIG = join(ROOT, '../shared/data/calgary/incidents_2016-12_2019-10.csv')
const zone = zoneOffsets('America/Edmonton')
/** Of the curves, smoothed over three of them. */
const BIN_MINUTES = 30
const BINS = 1440 / BIN_MINUTES

interface Curve {
  readonly name: string
  readonly reports: number
  /** Share of the weekday reports in each half hour of the local day. */
  readonly shares: readonly number[]
}

function curveOf(name: string, minutes: readonly number[]): Curve {
  const counts = Array<number>(BINS).fill(0)
  for (const minute of minutes) {
    const bin = Math.floor(minute / BIN_MINUTES)
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const around = (i: number) => [-1, 0, 1].map(step => counts[(i + step + BINS) % BINS] ?? 0)
  return {
    name,
    reports: minutes.length,
    shares: counts.map((_, i) => around(i).reduce((a, b) => a + b, 0) / (3 * minutes.length)),
  }
}

/** The minute of the local day of a report on a weekday; null on others. */
function weekdayMinute(utcMs: number): number | null {
  const { weekday, hour } = utcToLocal(zone, utcMs)
  return weekday > 5 ? null : hour * 60 + new Date(utcMs).getUTCMinutes()
}

/** The half hour of the most reports between two hours, as its start. */
function peakOf({ shares }: Curve, fromHour: number, toHour: number): string {
  const bins = shares
    .map((share, bin) => ({ share, bin }))
    .filter(({ bin }) => {
      const hour = (bin * BIN_MINUTES) / 60
      return hour >= fromHour && hour < toHour
    })
  const best = bins.reduce((a, b) => (b.share > a.share ? b : a))
  const minutes = best.bin * BIN_MINUTES
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** By how many hours a curve must be moved back to lie best over another, and the correlation there and where it stands. */
function shiftOf(curve: Curve, to: Curve): { hours: number; best: number; unmoved: number } {
  const at = (bins: number) =>
    correlation(
      curve.shares.map((_, i) => curve.shares[(i + bins + BINS) % BINS] ?? 0),
      to.shares,
    )
  const shifts = Array.from({ length: 17 }, (_, i) => i - 8)
  const best = shifts.reduce((a, b) => (at(b) > at(a) ? b : a))
  return { hours: (best * BIN_MINUTES) / 60, best: at(best), unmoved: at(0) }
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((x, y) => x + y, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  const sum = (of: (i: number) => number) => a.reduce((total, _, i) => total + of(i), 0)
  const dA = (i: number) => (a[i] ?? 0) - meanA
  const dB = (i: number) => (b[i] ?? 0) - meanB
  return sum(i => dA(i) * dB(i)) / Math.sqrt(sum(i => dA(i) ** 2) * sum(i => dB(i) ** 2))
}

async function readRecords(): Promise<IncidentRecord[]> {
  const records: IncidentRecord[] = []
  for await (const row of incidentRows(createReadStream(BIG), { zone }))
    if ('record' in row) records.push(row.record)
  return records
}

function minutesOf(records: readonly IncidentRecord[], lateMinutes = 0): number[] {
  return records.flatMap(
    ({ started_at: at }) => weekdayMinute(Date.parse(at) + lateMinutes * MINUTE_MS) ?? [],
  )
}

const records = await readRecords()
const repaired = records.filter(record => record.repaired)
const months = new Set(repaired.map(({ started_at: at }) => at.slice(0, 7)))
const unaffected = records.filter(({ started_at: at }) => !months.has(at.slice(0, 7)))
const sound = curveOf('months without corrupted rows', minutesOf(unaffected))
const mended = curveOf('corrupted rows, repaired', minutesOf(repaired))
const stood = curveOf('corrupted rows, as they stood', minutesOf(repaired, 120))

console.log(`corrupted rows: ${repaired.length}, in ${months.size} months: ${[...months].sort().join(' ')}`)
console.log(
  '| weekday reports | rows | morning peak | afternoon peak | lies best when moved by | correlation there | unmoved |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- |')
for (const curve of [sound, mended, stood]) {
  const { hours, best, unmoved } = shiftOf(curve, sound)
  console.log(
    `| ${curve.name} | ${curve.reports.toLocaleString('en-US')} | ${peakOf(curve, 5, 12)} | ${peakOf(curve, 12, 22)} | ${hours === 0 ? '0' : -hours} h | ${best.toFixed(3)} | ${unmoved.toFixed(3)} |`,
  )
}
writeFileSync(
  join(ROOT, 'docs/images/incident-times.svg'),
  linesPlot({
    title: 'Reports on weekdays by local time of day',
    yTitle: 'share of reports in half an hour',
    xLabels: [0, 3, 6, 9, 12, 15, 18, 21, 24].map(hour => ({ at: hour / 24, text: `${hour}:00` })),
    lines: [
      { name: sound.name, colour: '#64748b', values: sound.shares },
      { name: mended.name, colour: '#0f766e', values: mended.shares },
      { name: stood.name, colour: '#dc2626', values: stood.shares, isDashed: true },
    ],
  }),
)
