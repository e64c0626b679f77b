import { beforeAll, describe, expect, it } from 'vitest'
import { Random } from '../../../src/core/statistics/index.ts'
import {
  cellArea,
  countsByCell,
  dbscan,
  giStar,
  periodClusters,
} from '../../../src/insight/hotspots/index.ts'
import { CALGARY_HERE, CALGARY_REASON, calgaryIncidents, calgarySignals } from '../../insight/calgary.ts'
import type { CalgaryIncident } from '../../insight/calgary.ts'
import { PYTHON_REASON } from '../../python.ts'
import { independently, python } from './independently.ts'

const PERMUTATIONS = 99_999

describe.skipIf(python === null || !CALGARY_HERE)(
  `beside PySAL and scikit-learn (${python === null ? PYTHON_REASON : CALGARY_REASON})`,
  () => {
    let incidents: CalgaryIncident[] = []
    beforeAll(async () => {
      incidents = await calgaryIncidents()
    })

    it.each([8])('Gi* of the H3 cells of Calgary at resolution %i is that of esda', resolution => {
      const area = cellArea([...incidents, ...calgarySignals()], resolution)
      const { counts, outside } = countsByCell(area, incidents)
      expect(outside).toBe(0)
      const ours = giStar(counts, area, new Random(1), PERMUTATIONS)
      const neighbours = area.cells.map((_, i) => [...area.at.subarray(area.starts[i], area.starts[i + 1])])
      const { giStar: answers } = independently({
        giStar: [{ counts: [...counts], neighbours, permutations: PERMUTATIONS, seed: 7 }],
      }) as { giStar: { z: number[]; p: number[] }[] }
      const { z, p } = answers[0]!
      z.forEach((score, i) => expect(Math.abs(score - ours.z[i]!)).toBeLessThan(1e-9))
      p.forEach((theirs, i) => {
        // esda folds: the smaller of the shares at least as high and below.
        const folded = Math.min(ours.pHigh[i]!, 1 - ours.pHigh[i]! + 2 / (PERMUTATIONS + 1))
        // Both are drawn: six standard errors of a difference, over some thousand cells.
        const error = 6 * Math.sqrt((2 * folded * (1 - folded)) / PERMUTATIONS) + 2 / PERMUTATIONS
        expect(Math.abs(theirs - folded)).toBeLessThanOrEqual(error)
      })
    })

    it.each([[100, 10]])('DBSCAN within %i m of at least %i is that of scikit-learn', (withinM, atLeast) => {
      const latitudes = incidents.map(({ latitude }) => latitude)
      const longitudes = incidents.map(({ longitude }) => longitude)
      const ours = dbscan(latitudes, longitudes, { withinM, atLeast })
      const { dbscan: answers } = independently({
        dbscan: [{ latitudes, longitudes, withinM, atLeast }],
      }) as { dbscan: number[][] }
      const theirs = answers[0]!
      const nameOf = new Map<number, number>()
      theirs.forEach((label, i) => {
        if (!nameOf.has(ours[i]!)) nameOf.set(ours[i]!, label)
        expect(label).toBe(nameOf.get(ours[i]!))
      })
      expect(new Set(nameOf.values()).size).toBe(nameOf.size)
      expect(Math.max(...ours)).toBeGreaterThan(10)
    })

    it('clusters of 2018 against 2017 are those of scikit-learn, joined where they touch, with their counts', () => {
      const from = (year: number) => Date.UTC(year, 0, 1, 7)
      const placesOf = (year: number) =>
        incidents.filter(({ startedAtMs }) => startedAtMs >= from(year) && startedAtMs < from(year + 1))
      const periods = { now: placesOf(2018), before: placesOf(2017) }
      // Of the days that the record covers: 2017 begins in February.
      const [now, before] = [
        { places: periods.now, coveredDays: 365 },
        { places: periods.before, coveredDays: 327 },
      ]
      const ours = periodClusters(now, before)
      const asked = (period: keyof typeof periods, atLeast: number | null) => ({
        latitudes: periods[period].map(({ latitude }) => latitude),
        longitudes: periods[period].map(({ longitude }) => longitude),
        atLeast,
      })
      const { periodClusters: answers } = independently({
        periodClusters: [
          {
            withinM: ours.withinM,
            now: asked('now', ours.atLeast),
            before: asked('before', ours.atLeastBefore),
          },
        ],
      }) as { periodClusters: [string, number, number][][] }
      const sorted = (list: readonly (readonly [string | null, number, number | null])[]) =>
        list.map(String).sort()
      expect(
        sorted(ours.clusters.map(one => [one.course, one.incidents, one.incidentsBefore] as const)),
      ).toEqual(sorted(answers[0]!))
      expect(new Set(ours.clusters.map(({ course }) => course)).size).toBe(3)
    })
  },
)
