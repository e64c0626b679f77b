// `npm run test:risk`: the incident risk of Calgary, held out and judged; writes the calibration plot and prints the figures of
// docs/quality/incident-risk.md, of the year before too, on which everything was chosen.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DAY_MS } from '../../src/core/time/spans.ts'
import { calibrationOf } from '../../src/insight/risk/index.ts'
import { CALGARY_HERE, CALGARY_REASON } from '../insight/calgary.ts'
import { calibrationPlot } from './plot.ts'
import { calgaryRisk, judgedYear } from './year.ts'
import type { Year } from './year.ts'

const PLOT = join(import.meta.dirname, '../../docs/images/incident-risk-calibration.svg')
const BINS = 12

if (CALGARY_HERE) await judge()
else console.log(`skipped: ${CALGARY_REASON}`)

async function judge(): Promise<void> {
  const day = (text: string) => Date.parse(text) / DAY_MS
  const { record, factsOf } = await calgaryRisk()
  const chosenOn = judgedYear(
    'chosen on 2017-10-13 to 2018-10-12',
    record,
    factsOf,
    day('2017-10-13'),
    day('2018-10-13'),
  )
  tell(chosenOn)
  const held = judgedYear(
    'held out 2018-10-13 to 2019-10-12',
    record,
    factsOf,
    day('2018-10-13'),
    day('2019-10-13'),
  )
  tell(held)
  writeFileSync(
    PLOT,
    calibrationPlot(
      'Incident risk, Calgary, held out 2018-10 to 2019-10',
      calibrationOf(held.held, held.risk, BINS),
    ),
  )
}

function tell(year: Year): void {
  const { baseline } = year.scores
  console.log(
    `${year.name}: ${year.held.days.length} full days, ${year.held.day.length} incidents, ${baseline.cells} cells`,
  )
  for (const [name, { deviance, expected }] of Object.entries(year.scores)) {
    const better = 100 * (1 - deviance / baseline.deviance)
    console.log(
      `${name}: deviance ${deviance.toFixed(0)} (${better.toFixed(2)} % below the baseline), expected ${expected.toFixed(0)}`,
    )
  }
  const bins = calibrationOf(year.held, year.risk, BINS)
  for (const { expected, seen, cells } of bins)
    console.log(
      `${cells} cells: expected ${expected.toExponential(2)}, seen ${seen.value.toExponential(2)} (${seen.low.toExponential(2)} to ${seen.high.toExponential(2)})`,
    )
}
