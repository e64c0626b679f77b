import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import type { LiveChange, LiveSite, LiveSnapshot } from '../../src/serve/contract/index.ts'
import {
  districtAnalytics,
  districtQuarters,
  finishedDistricts,
  fixtureZone,
  gridCity,
  intersectionMetrics,
  liveSite,
  loopCity,
  manyDistricts,
  silverReadings,
} from './fixture-city.ts'
import { fixtureCatalog, fixtureDataset } from './fixture-catalog.ts'
import { fixtureRows, fixtureSnapshot } from './fixture-streams.ts'
import { fixtureRecord } from './fixture-record.ts'
import {
  fixtureDrift,
  fixtureLines,
  fixtureWeatherLines,
  fixtureLosses,
  fixtureReasons,
  fixtureStatus,
} from './fixture-pipeline.ts'

/**
 * live: a simulated grid. stale: no reading for 40 min. historical: Los Angeles in 2012, speeds only. empty: nothing yet.
 * us: the grid in miles. young: only three hours of data. troubled: engine down, backlog grows.
 * many: eight districts, all slower than usual. gaps: the sensors of site INT-0405 were silent for most of the day.
 * turn: ten seconds after a quarter-hour's turn. lossy: 341 readings were lost.
 */
export type FixtureState =
  | 'live'
  | 'stale'
  | 'historical'
  | 'empty'
  | 'us'
  | 'young'
  | 'troubled'
  | 'many'
  | 'gaps'
  | 'turn'
  | 'lossy'

export interface FixtureServer {
  readonly url: string
  /** Another state from the next answer on; open streams get a new snapshot. */
  become: (state: FixtureState) => void
  /** Ends all streams and refuses new ones, as a server that is gone does. */
  lose: (lost: boolean) => void
  close: () => Promise<void>
}

const DIST = join(import.meta.dirname, '../../web/dist')
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
/** As the real server sends it: the page must work under it. */
const POLICY =
  "default-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'"
const HISTORY_MS = Date.UTC(2012, 5, 27, 0, 55)
const DAY_MS = 86_400_000

/** Serves web/dist and the API with made-up data, for developing the page and its tests. */
export async function startFixtureServer(initial: FixtureState = 'live', port = 0): Promise<FixtureServer> {
  const startedMs = Date.now()
  const grid = gridCity()
  const loops = loopCity()
  const many = manyDistricts()
  const streams = new Set<ServerResponse>()
  let state = initial
  let lost = false
  let tick = 0

  const city = () => (state === 'historical' ? loops : state === 'many' ? many : grid)
  const newest = () => {
    if (state === 'empty') return null
    if (state === 'historical') return HISTORY_MS
    if (state === 'turn') return TURN_MS
    return state === 'stale' ? startedMs - 40 * 60_000 : Date.now()
  }
  const status = () =>
    fixtureStatus({
      startedMs,
      nowMs: Date.now(),
      newestMs: newest(),
      units: state === 'us' ? 'us' : 'metric',
      simulated: state !== 'historical',
      name: state === 'historical' ? 'Los Angeles' : 'Grid City',
      centre: state === 'historical' ? [34.12, -118.32] : [40.7128, -74.006],
      timeZone: state === 'historical' ? 'America/Los_Angeles' : fixtureZone.timeZone,
      troubled: state === 'troubled',
      lossy: state === 'lossy',
    })
  const sites = (which: (i: number) => boolean) => {
    const nowMs = newest()
    if (nowMs === null) return []
    return city().intersections.flatMap((place, i) => {
      if (!which(i) || i === 77) return []
      // One site fell silent an hour ago.
      const readingMs = i === 58 ? nowMs - 3_600_000 : nowMs - ((i * 300) % 30_000)
      return [liveSite(city(), place, nowMs, readingMs)]
    })
  }
  const snapshot = (): LiveSnapshot => {
    const nowMs = newest()
    const all = sites(() => true)
    const counted = all.map(site => site.vehicles).filter(value => value !== null)
    return {
      sites: all,
      city: {
        at: nowMs,
        vehicles: counted.length === 0 ? null : counted.reduce((a, b) => a + b, 0),
        meanSpeedKmh: meanSpeed(all),
        readingsPerMin: nowMs === null || state === 'stale' || state === 'historical' ? 0 : 199,
        sitesReporting: Math.max(0, all.length - 1),
        sitesKnown: nowMs === null ? 0 : city().intersections.length,
      },
      districts: nowMs === null ? [] : finishedDistricts(city(), nowMs),
      status: status(),
    }
  }
  const send = (stream: ServerResponse, event: string, body: unknown) =>
    stream.write(`id: ${tick}\nevent: ${event}\ndata: ${JSON.stringify(body)}\n\n`)
  const timer = setInterval(() => {
    tick++
    const whole = snapshot()
    const moving = state !== 'stale' && state !== 'historical'
    const changed = moving ? sites(i => i % 30 === tick % 30 || i % 17 === tick % 17) : []
    const change: LiveChange = {
      sites: changed,
      city: whole.city,
      status: whole.status,
      ...(tick % 15 === 0 ? { districts: whole.districts } : {}),
    }
    for (const stream of streams) send(stream, 'change', change)
  }, 1_000)

  const list = (answer: ServerResponse, items: readonly unknown[], next: string | null = null) =>
    json(answer, { items, next })
  const api = (path: string, query: URLSearchParams, answer: ServerResponse): void => {
    const nowMs = newest() ?? Date.now()
    const limits = range(query, nowMs, state)
    const id = query.get('intersection_id') ?? ''
    switch (path) {
      case '/v1/status': {
        json(answer, status())
        return
      }
      case '/v1/intersections': {
        list(answer, state === 'empty' ? [] : city().intersections)
        return
      }
      case '/v1/gold/district-analytics': {
        list(answer, districtAnalytics(city(), ...limits))
        return
      }
      case '/v1/gold/district-quarters': {
        list(answer, districtQuarters(city(), ...limits))
        return
      }
      case '/v1/gold/intersection-metrics': {
        const rows = intersectionMetrics(city(), id, ...limits)
        const gaps = state === 'gaps' && id === 'INT-0405'
        list(answer, gaps ? rows.filter((_, i) => i % 7 < 2) : rows)
        return
      }
      case '/v1/silver/readings': {
        list(answer, silverReadings(city(), id, nowMs))
        return
      }
      case '/v1/quarantine/summary': {
        list(answer, state === 'empty' ? [] : fixtureReasons())
        return
      }
      case '/v1/jobs': {
        list(answer, [])
        return
      }
      case '/v1/catalog': {
        list(answer, state === 'empty' ? [] : fixtureCatalog())
        return
      }
      case '/v1/catalog/archive': {
        json(answer, fixtureDataset())
        return
      }
      case '/v1/losses': {
        list(answer, fixtureLosses(nowMs))
        return
      }
      case '/v1/drift': {
        list(answer, state === 'empty' ? [] : fixtureDrift(nowMs))
        return
      }
      case '/v1/quarantine': {
        const before = Number(query.get('cursor') ?? 288_000)
        const reason = query.get('reason')
        if (query.get('stream') === 'weather') {
          list(answer, fixtureWeatherLines(nowMs), null)
          return
        }
        const { items, next } = fixtureLines(reason, before, Number(query.get('limit') ?? 100), nowMs)
        const rest = new URLSearchParams(query)
        rest.set('cursor', String(next))
        list(
          answer,
          state === 'empty' ? [] : items,
          next === null ? null : `/v1/quarantine?${rest.toString()}`,
        )
        return
      }
      default: {
        const record = fixtureRecord(path, query, state === 'empty')
        if (record !== null) {
          json(answer, record)
          return
        }
        const rows = fixtureRows(path, query, city(), nowMs)
        if (rows !== null) {
          list(answer, state === 'empty' || state === 'historical' ? [] : rows)
          return
        }
        answer.statusCode = 404
        {
          json(answer, {
            type: 'about:blank',
            title: 'Not found',
            status: 404,
            detail: `${path} is not part of the API`,
            code: 'ART_NOT_FOUND',
          })
          return
        }
      }
    }
  }
  const live = (answer: ServerResponse) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    streams.add(answer)
    answer.on('close', () => streams.delete(answer))
    send(answer, 'snapshot', snapshot())
  }
  const server = createServer((request: IncomingMessage, answer: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://fixture')
    answer.setHeader('content-security-policy', POLICY)
    if (lost && url.pathname.startsWith('/v1/')) answer.destroy()
    else if (url.pathname === '/v1/live') live(answer)
    else if (url.pathname.endsWith('/snapshot')) picture(url.pathname, answer)
    else if (url.pathname.startsWith('/v1/')) api(url.pathname, url.searchParams, answer)
    else void file(url.pathname, answer)
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The fixture server has no port')

  return {
    url: `http://127.0.0.1:${address.port}`,
    become: next => {
      state = next
      for (const stream of streams) send(stream, 'snapshot', snapshot())
    },
    lose: gone => {
      lost = gone
      if (gone) for (const stream of streams) stream.destroy()
    },
    close: async () => {
      clearInterval(timer)
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Ten seconds after the last turn of a quarter-hour; a page that looks at it has its clock set there. */
export const TURN_MS = Math.floor(Date.now() / 900_000) * 900_000 + 10_000

/** Weighted by vehicles where there are counts, as the lake's is. */
function meanSpeed(sites: readonly LiveSite[]): number | null {
  const weight = (site: LiveSite) => site.vehicles ?? 1
  const total = sites.reduce((sum, site) => sum + weight(site), 0)
  return total === 0
    ? null
    : sites.reduce((sum, site) => sum + (site.speedKmh ?? 0) * weight(site), 0) / total
}

/** What of the asked range has data: two weeks, or three hours of a young installation. */
function range(query: URLSearchParams, nowMs: number, state: FixtureState): [number, number] {
  if (state === 'empty') return [0, 0]
  const oldest = nowMs - (state === 'young' ? 3 * 3_600_000 : 16 * DAY_MS)
  const from = Date.parse(query.get('from') ?? '') || oldest
  const to = Date.parse(query.get('to') ?? '') || nowMs
  return [Math.max(from, oldest), Math.min(to, nowMs)]
}

function picture(path: string, answer: ServerResponse): void {
  answer.setHeader('content-type', 'image/svg+xml')
  answer.setHeader('last-modified', new Date(Date.now() - 4_000).toUTCString())
  answer.end(fixtureSnapshot(path.split('/')[3] ?? ''))
}

function json(answer: ServerResponse, body: unknown): void {
  answer.setHeader('content-type', 'application/json; charset=utf-8')
  answer.end(JSON.stringify(body))
}

/** A file of the built page; any other path is the page itself, which has its own routes. */
async function file(path: string, answer: ServerResponse): Promise<void> {
  const wanted = join(DIST, normalize(path))
  const name = wanted.startsWith(DIST) && extname(wanted) !== '' ? wanted : join(DIST, 'index.html')
  try {
    const body = await readFile(name)
    answer.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream')
    answer.end(body)
  } catch {
    answer.statusCode = 404
    answer.end('Not found')
  }
}

if (import.meta.main) {
  const [state = 'live', port = '8090'] = process.argv.slice(2)
  const server = await startFixtureServer(state as FixtureState, Number(port))
  process.stdout.write(`${server.url}\n`)
}
