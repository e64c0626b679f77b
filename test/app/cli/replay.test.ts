import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { arterial, fakeDoor, NO_OUTCOME, problem, Stage } from './fake.ts'
import type { Answer, Asked } from './fake.ts'

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
const readings = () => stage.asked.filter(asked => asked.path.startsWith('/v1/readings?'))
let answers: Record<string, Answer>
const accept = (asked: Asked, response: ServerResponse) => {
  const answer = answers['POST /v1/readings']
  if (typeof answer === 'function') answer(asked, response)
}
beforeEach(() => {
  answers = fakeDoor(asked => linesOf(asked).length)
})
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
    expect(JSON.parse(stdout)).toMatchObject({
      records: 3,
      completed: true,
      counted: true,
      read: 3,
      new: 3,
      files: [{ sensors: { read: 1, new: 1 } }],
    })
    expect(stage.asked.map(asked => `${asked.method} ${asked.path}`)).toEqual([
      'POST /v1/readings/outcome',
      'PUT /v1/sensors',
      'POST /v1/readings?source=replay%3Aloops&interval_s=300',
      'POST /v1/sensors/outcome',
      'POST /v1/sensors/outcome',
      'POST /v1/sensors/outcome',
      'POST /v1/readings/outcome',
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
    const path = join(stage.cwd, 'r.csv')
    const { mtime } = statSync(path)
    writeFileSync(path, readFileSync(path, 'utf8').replace(',59\n', ',58\n'))
    utimesSync(path, mtime, mtime)
    expect(await again()).toBe(50_000)
    expect(await stop()).toBe(sent)
    utimesSync(path, new Date(), new Date(1000))
    expect(await again()).toBe(50_000 - sent)
  })

  it('waits until its own lines are loaded, however much else comes in', async () => {
    let asked = 0
    await stage.serve('city', {
      ...answers,
      'POST /v1/sensors/outcome': (question, response) => {
        expect(JSON.parse(question.body.toString())).toEqual({ positions: [[2, 1]] })
        response.end(JSON.stringify({ end: 1e9, pending: asked++ < 2 ? 100 : 0, outcome: null }))
      },
    })
    const { code, stdout } = await arterial(stage, replay('--no-sensors'))
    expect([code, asked]).toEqual([0, 3])
    expect(JSON.parse(stdout)).toMatchObject({ counted: true, read: 3, new: 3 })
  })

  it('only sends with --no-wait', async () => {
    await stage.serve('city', answers)
    const { code, stdout } = await arterial(stage, replay('--no-sensors', '--no-wait'))
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { records: 3, completed: true, counted: false }])
    expect(bookmarks()).toEqual([])
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

describe('the count of a replay', () => {
  const outcome = (more: object) => ({
    'POST /v1/readings/outcome': { end: 1e6, pending: 0, outcome: { ...NO_OUTCOME, ...more } },
  })

  it('adds up to the rows, names each reason, and has its own exit code', async () => {
    file(10)
    await stage.serve('city', {
      ...answers,
      ...outcome({
        new: 5,
        repeats: 2,
        quarantined: 3,
        reasons: [
          { reasons: ['average_speed_range', 'timestamp_future'], lines: 2 },
          { reasons: ['json_syntax'], lines: 1 },
        ],
      }),
    })
    const { code, stdout } = await arterial(stage, replay('--no-sensors'))
    expect([code, JSON.parse(stdout)]).toMatchObject([
      5,
      {
        read: 10,
        new: 5,
        repeats: 2,
        conflicts: 0,
        quarantined: 3,
        reasons: { 'average_speed_range + timestamp_future': 2, json_syntax: 1 },
        unaccounted: 0,
      },
    ])
    const text = await arterial(stage, ['replay', 'r.csv', '--feed', 'feed.yaml', '--no-sensors'])
    expect(text.stdout).toContain('10 read = 5 new + 2 repeats + 0 conflicts + 3 quarantined')
    expect(text.stdout).toContain('1 quarantined: json_syntax (the line is not valid JSON)')
  })

  it('says what many conflicts under one key probably are', async () => {
    file(1235)
    const keys = { conflicting: 36, most: 33, own: 1199 }
    await stage.serve('city', {
      ...answers,
      ...outcome({ new: 36, conflicts: 1199, keys }),
      'POST /v1/sql': { rows: [['loop 7', '2026-03-01 06:00:00.000', '33']] },
    })
    const { code, stdout } = await arterial(stage, ['replay', 'r.csv', '--feed', 'feed.yaml', '--no-sensors'])
    expect(code).toBe(5)
    expect(stdout).toContain('1,235 read = 36 new + 0 repeats + 1,199 conflicts')
    expect(stdout).toContain('split over two columns')
    expect(stdout).toContain('sensor_id "loop 7" at 2026-03-01 06:00:00.000')
    await stage.close()
    stage = new Stage()
  })

  it('tells conflicts with an earlier import apart', async () => {
    file(10)
    await stage.serve('city', {
      ...answers,
      ...outcome({ conflicts: 10, keys: { conflicting: 10, most: 1, own: 0 } }),
    })
    const { stdout } = await arterial(stage, ['replay', 'r.csv', '--no-sensors', '--feed', 'feed.yaml'])
    expect(stdout).toContain('corrected since')
  })

  it('never hides rows that it cannot account for', async () => {
    await stage.serve('city', { ...answers, ...outcome({ new: 2 }) })
    const { code, stdout } = await arterial(stage, replay('--no-sensors'))
    expect([code, JSON.parse(stdout)]).toMatchObject([5, { read: 3, new: 2, unaccounted: 1 }])
  })

  it('is of the whole file, however often the replay stopped', async () => {
    file(50_000)
    const controller = new AbortController()
    await stage.serve('city', {
      ...answers,
      'POST /v1/readings': (asked, response) => {
        controller.abort()
        accept(asked, response)
      },
    })
    const first = await arterial(stage, replay('--no-sensors'), { signal: controller.signal })
    expect(JSON.parse(first.stdout)).toMatchObject({ completed: false, counted: false })
    const second = await arterial(stage, replay('--no-sensors'))
    const told = JSON.parse(second.stdout) as Record<string, number>
    expect(told).toMatchObject({ read: 50_000, new: 50_000, counted: true })
    expect(told['records']).toBeLessThan(50_000)
  })

  it('comes with the same command when the wait for it was interrupted, and sends nothing again', async () => {
    const controller = new AbortController()
    let pending = 5
    await stage.serve('city', {
      ...answers,
      'POST /v1/sensors/outcome': (_asked, response) => {
        if (pending > 0) controller.abort()
        response.end(JSON.stringify({ end: 1e6, pending, outcome: null }))
      },
    })
    const first = await arterial(stage, replay('--no-sensors'), { signal: controller.signal })
    expect([first.code, JSON.parse(first.stdout)]).toMatchObject([130, { completed: true, counted: false }])
    pending = 0
    const second = await arterial(stage, replay('--no-sensors'))
    expect([second.code, JSON.parse(second.stdout)]).toMatchObject([0, { records: 0, read: 3, new: 3 }])
    expect(readings()).toHaveLength(1)
    expect(bookmarks()).toEqual([])
  })

  it('takes a batch whose answer was lost for what it was the first time', async () => {
    let hangUps = 1
    await stage.serve('city', {
      ...answers,
      'POST /v1/readings': (asked, response) => {
        if (hangUps-- > 0) {
          // It is durable all the same; another sender follows it.
          accept(asked, { end: () => undefined } as unknown as ServerResponse)
          response.destroy()
        } else accept(asked, response)
      },
      'POST /v1/readings/outcome': (asked, response) => {
        const { gaps } = JSON.parse(asked.body.toString()) as { gaps?: { source: string } }
        const found = gaps === undefined ? { repeats: 3 } : { gapReadings: 3 }
        response.end(JSON.stringify({ end: 0, pending: 0, outcome: { ...NO_OUTCOME, ...found } }))
        if (gaps !== undefined) expect(gaps).toEqual({ source: 'replay:loops', positions: [[0, 3]] })
      },
    })
    const { code, stdout } = await arterial(stage, replay('--no-sensors'))
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { read: 3, new: 3, repeats: 0 }])
  })
})
