import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { arterial, problem, Stage, statusDocument } from './fake.ts'
import type { Asked } from './fake.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage()
  writeFileSync(
    join(stage.cwd, 'feed.yaml'),
    'name: loops\ninterval_s: 300\nsensors: places.csv\ncolumns: {sensor_id: id, timestamp: at, average_speed: {column: v, unit: mph}}\n',
  )
  writeFileSync(join(stage.cwd, 'places.csv'), 'sensor_id,lat,lon\na,1,2\n')
  file(3)
})
afterEach(() => stage.close())

const file = (rows: number) =>
  writeFileSync(
    join(stage.cwd, 'r.csv'),
    'id,at,v\n' +
      Array.from(
        { length: rows },
        (_, i) => `a,2026-03-01T06:${String(i % 60).padStart(2, '0')}:00Z,${i % 60}\n`,
      ).join(''),
  )
const linesOf = (asked: Asked) => zstdDecompressSync(asked.body).toString().trimEnd().split('\n')
const readings = () => stage.asked.filter(asked => asked.path.startsWith('/v1/readings'))
const accept = (asked: Asked, response: ServerResponse) =>
  void response.end(JSON.stringify({ accepted: linesOf(asked).length, position: '0' }))
const answers = {
  'POST /v1/readings': accept,
  'PUT /v1/sensors': { imported: 1 },
  'GET /v1/status': statusDocument(),
}
const replay = (...more: string[]) => ['replay', 'r.csv', '--feed', 'feed.yaml', '--json', ...more]
const bookmarks = () => {
  const folder = join(stage.folder('city'), 'replays')
  return existsSync(folder) ? readdirSync(folder) : []
}

describe('replay', () => {
  it('sends the wire’s records, packed, under the feed’s name and interval, after its register', async () => {
    await stage.serve('city', answers)
    const { code, stdout } = await arterial(stage, replay())
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ records: 3, completed: true })
    expect(stage.asked.map(asked => `${asked.method} ${asked.path}`)).toEqual([
      'PUT /v1/sensors',
      'POST /v1/readings?source=replay%3Aloops&interval_s=300',
    ])
    expect(readings()[0]!.headers).toMatchObject({
      'content-encoding': 'zstd',
      'content-type': 'application/x-ndjson',
    })
    expect(linesOf(readings()[0]!).map(line => JSON.parse(line) as unknown)[1]).toMatchObject({
      sensor_id: 'a',
      timestamp: '2026-03-01T06:01:00Z',
      average_speed: 1,
    })
    expect(bookmarks()).toEqual([])
  })

  it('waits as long as the server asks for when it is behind', async () => {
    let refusals = 0
    await stage.serve('city', {
      ...answers,
      'POST /v1/readings': (asked, response) => {
        if (refusals++ < 2)
          problem(response, 429, 'ART_BACKLOG', 'the lake is behind', { 'retry-after': '0' })
        else accept(asked, response)
      },
    })
    expect(await arterial(stage, replay('--no-sensors'))).toMatchObject({ code: 0 })
    expect(readings()).toHaveLength(3)
  })

  it('does not insist on what is refused for good', async () => {
    await stage.serve('demo', {
      ...answers,
      'POST /v1/readings': (_asked, response) =>
        problem(response, 409, 'ART_SIMULATED', 'start with --simulate off'),
    })
    const { code, stderr } = await arterial(stage, replay('--no-sensors'))
    expect([code, readings().length]).toEqual([4, 1])
    expect(stderr).toContain('--simulate off')
  })

  it('finishes the batch in hand at Ctrl-C and goes on from there the next time', async () => {
    file(50_000)
    const controller = new AbortController()
    await stage.serve('city', {
      ...answers,
      'POST /v1/readings': (asked, response) => {
        controller.abort()
        accept(asked, response)
      },
    })
    const first = await arterial(stage, replay(), { signal: controller.signal })
    expect(first.code).toBe(130)
    expect(JSON.parse(first.stdout)).toMatchObject({ completed: false })
    const sent = readings().flatMap(linesOf).length
    expect(sent).toBeGreaterThan(0)
    expect(bookmarks()).toHaveLength(1)

    const second = await arterial(stage, replay())
    expect(second.code).toBe(0)
    expect(second.stderr).toContain('Going on where the last replay')
    expect(readings().flatMap(linesOf)).toHaveLength(50_000)
    expect(bookmarks()).toEqual([])
  })

  it('begins anew when the file has changed, or when told', async () => {
    file(50_000)
    const stop = async () => {
      stage.asked.length = 0
      const controller = new AbortController()
      const startSystem = stage.starter({
        ...answers,
        'POST /v1/readings': (asked, response) => {
          controller.abort()
          accept(asked, response)
        },
      })
      await arterial(stage, replay(), { signal: controller.signal, startSystem })
      return readings().flatMap(linesOf).length
    }
    const again = async (...more: string[]) => {
      stage.asked.length = 0
      await arterial(stage, replay(...more), { startSystem: stage.starter(answers) })
      return readings().flatMap(linesOf).length
    }
    const sent = await stop()
    expect(await again('--from-start')).toBe(50_000)
    expect(await stop()).toBe(sent)
    utimesSync(join(stage.cwd, 'r.csv'), new Date(), new Date(1000))
    expect(await again()).toBe(50_000)
  })

  it('waits for the layers when it runs the engine itself', async () => {
    let asked = 0
    const startSystem = stage.starter({
      ...answers,
      'GET /v1/status': (_asked, response) => {
        const records = asked++ < 2 ? 100 : 0
        response.end(JSON.stringify(statusDocument({ backlog: { records, bytes: 0, position: 0 } })))
      },
    })
    const { code, stderr } = await arterial(stage, replay(), { startSystem })
    expect([code, asked]).toEqual([0, 3])
    expect(stderr).toContain('Every layer is complete.')
    expect(stage.stopped).toBe(1)
  })

  it('looks at every file before it sends the first', async () => {
    await stage.serve('city', answers)
    expect(await arterial(stage, ['replay', 'r.csv', 'missing.csv', '--feed', 'feed.yaml'])).toMatchObject({
      code: 2,
    })
    expect(stage.asked).toEqual([])
  })

  it('takes a pace', async () => {
    expect(await arterial(stage, replay('--speed', '-1'))).toMatchObject({ code: 2 })
    await stage.serve('city', answers)
    expect(await arterial(stage, replay('--speed', '100000'))).toMatchObject({ code: 0 })
  })
})
