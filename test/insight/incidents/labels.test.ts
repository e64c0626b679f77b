import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { classifyIncident, INCIDENT_TYPES } from '../../../src/insight/incidents/index.ts'
import { recordsById } from './calgary-records.ts'

const BIG = join(import.meta.dirname, '../../../../shared/data/calgary/incidents_2016-12_2019-10.csv')
/** Below this many rows a share of errors says little; docs/quality/incident-types.md lists them. */
const ENOUGH_ROWS = 20

/** Labelled by hand from the texts: docs/quality/incident-types.md says how. */
function labelsOf(draw: number): (readonly [id: string, type: string])[] {
  const text = readFileSync(join(import.meta.dirname, `labels-${draw}.csv`), 'utf8')
  const [, ...lines] = text.trimEnd().split('\n')
  return lines.map(line => line.split(',') as [string, string])
}

describe('the labels', () => {
  it('are of 300 different rows each', () => {
    const ids = [1, 2].flatMap(draw => labelsOf(draw).map(([id]) => id))
    expect(ids).toHaveLength(600)
    expect(new Set(ids).size).toBe(600)
    expect([1, 2].flatMap(labelsOf).filter(([, type]) => !INCIDENT_TYPES.includes(type as never))).toEqual([])
  })
})

describe.skipIf(!existsSync(BIG))(
  'the rules against labels (needs Calgary in ../shared/data beside the checkout)',
  () => {
    it.each([1, 2])('find each type of draw %i with a precision and recall of 0.95 at least', async draw => {
      const records = await recordsById(BIG)
      const judged = labelsOf(draw).map(([id, label]) => {
        const { title, description } = records.get(id)!
        return { label, found: classifyIncident(title, description).type }
      })
      const poor = INCIDENT_TYPES.flatMap(type => {
        const labelled = judged.filter(({ label }) => label === type).length
        const found = judged.filter(one => one.found === type).length
        const right = judged.filter(one => one.label === type && one.found === type).length
        const isPoor = labelled >= ENOUGH_ROWS && (right / found < 0.95 || right / labelled < 0.95)
        return isPoor ? [{ type, labelled, found, right }] : []
      })
      expect(poor).toEqual([])
    })
  },
)
