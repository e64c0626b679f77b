import { describe, expect, it } from 'vitest'
import type { IncidentChoice, IncidentReader } from '../../../src/lake/read/incident-record/index.ts'
import { buildServer } from '../../../src/serve/server.ts'
import { fakeDeps } from '../fake-deps.ts'

/** A server that notes which incidents are asked for. */
function server() {
  const asked: unknown[] = []
  const { incidentRecord } = fakeDeps()
  const noting: IncidentReader = {
    overview: (choice: IncidentChoice) => {
      asked.push(choice)
      return incidentRecord.overview(choice)
    },
    points: (choice, limit) => {
      asked.push([choice, limit])
      return incidentRecord.points(choice, limit)
    },
    export: (choice: IncidentChoice) => {
      asked.push(choice)
      return incidentRecord.export(choice)
    },
    incident: id => {
      asked.push(id)
      return Promise.resolve(null)
    },
  }
  return { asked, app: buildServer(fakeDeps({ incidentRecord: noting })) }
}

describe('the addresses of the incident record', () => {
  it('hand the choice on in the words of the record', async () => {
    const { asked, app } = server()
    const query =
      'from=2017-01-01&to=2018-01-01&type=stalled&type=closure&weekday=1&hour_from=22&hour_to=5&bbox=-114.3,50.8,-113.8,51.2'
    expect((await app.inject(`/v1/incident-record/overview?${query}`)).statusCode).toBe(200)
    expect(asked[0]).toMatchObject({
      from: '2017-01-01',
      to: '2018-01-01',
      types: ['stalled', 'closure'],
      weekdays: [1],
      hourFrom: 22,
      hourTo: 5,
      box: [-114.3, 50.8, -113.8, 51.2],
    })
  })

  it('bound how many places are answered', async () => {
    const { asked, app } = server()
    await app.inject('/v1/incident-record/points')
    expect(asked).toMatchObject([[{}, 5_000]])
    expect((await app.inject('/v1/incident-record/points?limit=20001')).statusCode).toBe(400)
  })

  it.each([
    ['from=2018-01-01&to=2018-01-01', 'to', 'a day after from'],
    ['hour_from=24', 'hour_from', 'an hour from 0 to 23'],
    ['weekday=8', 'weekday', '1 (Monday) to 7 (Sunday)'],
    ['from=2019-01-01&to=2018-01-01', 'to', 'a day after from'],
    ['bbox=1,2,3', 'bbox', 'west,south,east,north'],
    ['bbox=-113.8,50.8,-114.3,51.2', 'bbox', 'west before east and south before north'],
    ['bbox=-114.3,51.2,-113.8,50.8', 'bbox', 'west before east and south before north'],
    ['from=yesterday', 'from', 'a day, e.g.'],
    ['colour=red', 'colour', ''],
  ])('refuse %s and name it', async (query, name, words) => {
    const answer = await server().app.inject(`/v1/incident-record/overview?${query}`)
    expect(answer.statusCode).toBe(400)
    expect(answer.json<{ detail: string }>().detail).toContain(name)
    expect(answer.json<{ detail: string }>().detail).toContain(words)
  })

  it.each(['0000-01-01', '1979-12-31', '2100-01-01', '9999-12-31', 'never', '2018-02-30'])(
    'refuse a change of %s in words, however long before and after is compared',
    async changed => {
      const place = 'latitude=51.05&longitude=-114.07&days=1461'
      const answer = await server().app.inject(`/v1/incident-record/before-after?${place}&changed=${changed}`)
      expect(answer.statusCode).toBe(400)
      expect(answer.json<{ detail: string }>().detail).toMatch(/changed.*wants a day/)
    },
  )

  it('give a Parquet file of all that is chosen, under a name', async () => {
    const { asked, app } = server()
    const answer = await app.inject('/v1/incident-record/export?type=stalled')
    expect(answer.headers['content-type']).toBe('application/vnd.apache.parquet')
    expect(answer.headers['content-disposition']).toContain('incidents.parquet')
    expect(answer.body).toBe('PAR1')
    expect(asked).toMatchObject([{ types: ['stalled'] }])
  })

  it('say 404 of an incident that nobody reported, whose id may be an instant and a place', async () => {
    const { asked, app } = server()
    const id = '2024-12-31T23:31:1450.96863231785932-114.07170708290658'
    const answer = await app.inject(`/v1/incident-record/incidents/${encodeURIComponent(id)}`)
    expect(answer.statusCode).toBe(404)
    expect(asked).toEqual([id])
  })
})
