import { beforeAll, describe, expect, it } from 'vitest'
import { resolveIncidents } from '../../../../src/insight/incidents/identity/resolve.ts'
import type { IncidentVersion } from '../../../../src/insight/incidents/identity/version.ts'
import { calgary, versionsOfFile } from './calgary.ts'

describe.skipIf(!calgary.present)(`Calgary's three files (${calgary.reason})`, () => {
  const files: IncidentVersion[][] = []
  const refused: string[][] = []
  beforeAll(async () => {
    for (const file of calgary.files) {
      const read = await versionsOfFile(file)
      files.push(read.versions)
      refused.push(read.refused)
    }
  }, 300_000)
  const of = (order: readonly number[]) =>
    resolveIncidents(
      order.flatMap(i => files[i] ?? []),
      [],
    )

  it('are 15,235 reports of which two lie outside the city, and one row of the archive without a partner', () => {
    // 15,235 rows of the large file, 5,725 + 317 of the archives.
    expect(files.map((versions, i) => versions.length + (refused[i]?.length ?? 0))).toEqual([
      15_235, 5_725, 317,
    ])
    expect(refused).toEqual([['outside_city', 'outside_city'], [], []])
    const incidents = of([0, 1, 2])
    expect(incidents).toHaveLength(15_233 + 1)
    // It stands an hour late in the large file, in START_DT and in its id: nothing says so but the archive.
    const alone = incidents.filter(({ facts }) => !facts.hasSourceId)
    expect(alone.map(({ id }) => id)).toEqual(['noid/2017-11-05T06:14:17Z/51.00872,-114.08138'])
    const late = incidents.find(({ id }) => id === '2017-11-05T01:14:1751.0087180694998-114.081376938876')
    expect(late?.facts.title).toBe(alone[0]?.facts.title)
    // Every other row of the archives is a version of a report that has an id.
    const named = incidents.filter(({ facts }) => facts.hasSourceId)
    const told = named.flatMap(({ id, versions }) => versions.filter(version => version.id !== id))
    expect(told).toHaveLength(6_041)
  })

  it('say of each report what the file with ids says, with what came before as its history', () => {
    const own = new Map(files[0]?.map(version => [version.id, version]))
    const incidents = of([2, 1, 0]).filter(({ id }) => own.has(id))
    const differing = incidents.filter(({ id, facts }) => {
      const said = own.get(id)
      return (
        said?.title !== facts.title ||
        said.description !== facts.description ||
        said.quadrant !== facts.quadrant
      )
    })
    expect(differing).toEqual([])
  })

  it('tell of 440 re-posts and updates of other reports', () => {
    const linked = of([0, 1, 2]).flatMap(({ link }) => link ?? [])
    expect(linked).toHaveLength(440)
    expect(Math.max(...linked.map(({ distanceM }) => distanceM))).toBeLessThanOrEqual(3_000)
  })

  it('make the same record in all six orders, twice', () => {
    const expected = JSON.stringify(of([0, 1, 2]))
    for (const order of [
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      expect(JSON.stringify(of(order)) === expected).toBe(true)
      expect(JSON.stringify(of([...order, ...order])) === expected).toBe(true)
    }
  })
})
