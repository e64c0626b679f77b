import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { arterial, Stage } from '../../fake.ts'
import type { Answer, Asked } from '../../fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
})
afterEach(() => stage.close())

const HEADER = 'INCIDENT INFO,DESCRIPTION,START_DT,MODIFIED_DT,QUADRANT,Longitude,Latitude,location,Count,id'
const ROW = (id: string, latitude = '51.05', start = '10/12/2019 05:45:40 PM') =>
  `Deerfoot Trail,Two vehicle incident.,${start},,NE,-114.07,${latitude},,1,${id}`
const BOUNDARY = 'the_geom\n"POLYGON ((-114.3 50.9, -113.9 50.9, -113.9 51.2, -114.3 51.2, -114.3 50.9))"\n'

function files(boundary = true): void {
  writeFileSync(
    join(stage.cwd, 'big.csv'),
    [HEADER, ROW('a'), ROW('b', '0.0051'), ROW('c', '51.06', 'soon'), ''].join('\n'),
  )
  writeFileSync(join(stage.cwd, 'small.csv'), [HEADER, ROW('a'), ''].join('\n'))
  writeFileSync(join(stage.cwd, 'b.csv'), BOUNDARY)
  writeFileSync(
    join(stage.cwd, 'arterial.yaml'),
    `city: {timeZone: America/Edmonton}\n${boundary ? 'incidents: {boundary: b.csv}\n' : ''}`,
  )
}

const NOTHING = { new: 0, updated: 0, unchanged: 0, quarantined: 0, reasons: [], linked: 0, joined: 0 }

/** Takes lines, and says of each delivery that its record is made at the second asking. */
function door(outcomeOf: (first: number) => object): Record<string, Answer> {
  let [end, asked] = [0, 0]
  return {
    'POST /v1/incidents': ({ body }, response) => {
      const accepted = linesOf(body).length
      response.end(JSON.stringify({ accepted, positions: [[end, accepted]] }))
      end += accepted
    },
    'POST /v1/incidents/record-outcome': ({ body }, response) => {
      const { positions } = JSON.parse(body.toString()) as { positions: [number, number][] }
      const isMade = asked++ > 0
      const outcome = isMade ? outcomeOf(positions[0]?.[0] ?? 0) : null
      response.end(JSON.stringify({ end, pending: isMade ? 0 : end, outcome }))
    },
  }
}

const linesOf = (body: Buffer) =>
  body
    .toString()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)
const sent = () =>
  stage.asked.filter(({ path }: Asked) => path.startsWith('/v1/incidents?')).map(({ body }) => linesOf(body))

describe('incidents import', () => {
  it('sends every row, also what is no report, and waits until the record is made', async () => {
    files()
    const reasons = [
      { reasons: ['outside_city'], lines: 1 },
      { reasons: ['start_invalid'], lines: 1 },
    ]
    await stage.serve(
      'city',
      door(first => ({
        ...NOTHING,
        ...(first === 0 ? { new: 1, quarantined: 2, reasons } : { unchanged: 1 }),
      })),
    )
    const { code, stdout } = await arterial(stage, ['incidents', 'import', 'big.csv', 'small.csv', '--json'])
    expect(code).toBe(5)
    const [big, small] = sent()
    expect(big).toMatchObject([
      { incident_id: 'a', started_at: '2019-10-12T23:45:40Z', utc_offset_min: -360 },
      { refused: ['outside_city'], row: 3, original: ROW('b', '0.0051') },
      { refused: ['start_invalid'], row: 4 },
    ])
    expect(small).toHaveLength(1)
    expect(stage.asked[0]?.path).toBe('/v1/incidents?source=import%3Abig.csv')
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ counted: true, read: 4, new: 1, updated: 0, unchanged: 1, quarantined: 2, unaccounted: 0 },
      reasons: { outside_city: 1, start_invalid: 1 },
      files: [
        { read: 3, new: 1, quarantined: 2 },
        { read: 1, unchanged: 1, quarantined: 0 },
      ],
    })
  })

  it('tells people the sum, and each reason in words', async () => {
    files()
    const outcome = {
      ...NOTHING,
      new: 1,
      linked: 1,
      quarantined: 2,
      reasons: [{ reasons: ['outside_city'], lines: 2 }],
    }
    await stage.serve(
      'city',
      door(() => outcome),
    )
    const { code, stdout } = await arterial(stage, ['incidents', 'import', 'big.csv'])
    expect(code).toBe(5)
    expect(stdout).toContain('3 rows read = 1 new + 0 updated + 0 unchanged + 2 quarantined')
    expect(stdout).toContain('1 of the new ones linked as re-posts or updates of another')
    expect(stdout).toContain('2 quarantined: outside_city (it lies more than 2 km outside the city boundary)')
  })

  it('sends nothing when one of the files is no export of the record', async () => {
    files(false)
    writeFileSync(join(stage.cwd, 'other.csv'), 'a,b\n1,2\n')
    const { code, stderr } = await arterial(stage, ['incidents', 'import', 'big.csv', 'other.csv'])
    expect([code, stderr.includes('other.csv has no column')]).toEqual([2, true])
    expect(stage.asked).toEqual([])
    expect((await arterial(stage, ['incidents', 'import', 'none.csv'])).stderr).toContain(
      "can't be read (ENOENT)",
    )
    const zone = await arterial(stage, ['incidents', 'import', 'big.csv', '--zone', 'Alberta'])
    expect([zone.code, zone.stderr.includes('"Alberta" is no time zone')]).toEqual([2, true])
  })

  it('says which file of places is wrong', async () => {
    files()
    writeFileSync(join(stage.cwd, 'b.csv'), 'name\nCalgary\n')
    const { code, stderr } = await arterial(stage, ['incidents', 'import', 'big.csv'])
    expect([code, /incidents\.boundary: .*b\.csv has no column/.test(stderr)]).toEqual([2, true])
  })
})

describe('incidents unlink and relink', () => {
  it('write a decision, the same whichever report is named first', async () => {
    files()
    const taken = { accepted: 1, positions: [[0, 1]] }
    await stage.serve('city', { 'POST /v1/incident-link-decisions': taken })
    const { stdout } = await arterial(stage, ['incidents', 'unlink', 'b', 'a', '--note', 'two collisions'])
    expect(stdout).toBe('a and b are kept apart from now on.\n')
    await arterial(stage, ['incidents', 'relink', 'a', 'b'])
    const said = stage.asked.flatMap(({ body }) => linesOf(body))
    expect(said).toMatchObject([
      { incident_id: 'a', other_id: 'b', note: 'two collisions' },
      { incident_id: 'a', other_id: 'b', withdrawn: true },
    ])
    expect(said[0]).not.toHaveProperty('withdrawn')
  })
})
