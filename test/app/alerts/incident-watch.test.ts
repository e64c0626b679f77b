import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { watchIncidents } from '../../../src/app/alerts/incident-watch.ts'
import type { IncidentWatchDeps } from '../../../src/app/alerts/incident-watch.ts'
import { HOUR_MS } from '../../../src/core/time/spans.ts'
import type { Stream } from '../../../src/core/stream/index.ts'
import type { IncidentAlert } from '../../../src/insight/alerts/index.ts'
import { placeOf } from '../../../src/insight/incidents/index.ts'
import { folder } from './delivery/room.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const at = (ms: number) => new Date(ms).toISOString()
const text = { type: 'text', says: 'a text', maxChars: 100 } as const
const stream: Stream = {
  name: 'incidents',
  title: 'Incident reports',
  says: 'A report',
  fields: {
    incident_id: { ...text, required: true },
    updated_at: { type: 'instant', says: 'When', required: true },
  },
  once: { how: 'latest', key: ['incident_id'], version: 'updated_at' },
  silver: { partition: 'month' },
  sql: new URL('file:///'),
}
const everything = {
  ...{
    name: 'all',
    types: null,
    severity: null,
    communities: null,
    quadrants: null,
    circle: null,
    polygon: null,
  },
}

/** A lake with reports of incidents and, between them, much else. */
class FakeLake {
  readonly rows: { position: number; incident_id: string; started_at: string }[] = []
  visible = 0
  asked = 0

  arrive(id: string, startedMs = NOW): void {
    this.rows.push({ position: this.visible++, incident_id: id, started_at: at(startedMs) })
  }

  get engine(): IncidentWatchDeps['engine'] {
    const query = async (_sql: string, { params }: { params: { from: number; to: number } }) => {
      this.asked++
      return this.rows
        .filter(({ position }) => position >= params.from && position < params.to)
        .map(row => ({
          ...row,
          ...{ updated_at: row.started_at, arrived_at: at(NOW), description: 'Stalled vehicle.' },
          ...{ latitude: 51 + this.rows.indexOf(row) / 10, longitude: -114 },
        }))
    }
    return { query } as unknown as IncidentWatchDeps['engine']
  }

  get loader(): IncidentWatchDeps['loader'] {
    const visible = () => this.visible
    const ledger = () => ({ streamCount: () => ({ rows: this.rows.length }), position: this.visible })
    return {
      get visible() {
        return visible()
      },
      get lastLedger() {
        return ledger()
      },
    } as unknown as IncidentWatchDeps['loader']
  }
}

function watching(lake: FakeLake, dir: string, told: string[], fails = () => false) {
  const watch = watchIncidents({
    ...{ rules: [everything], maxAgeHours: 6, place: placeOf({ communities: [], signals: [] }) },
    ...{ engine: lake.engine, loader: lake.loader, stream, dir, synced: lake.visible, now: () => NOW },
    note: async (alerts: readonly IncidentAlert[]) => {
      if (fails()) throw new Error('no space')
      told.push(...alerts.map(({ incident }) => incident.incidentId))
    },
    onProblem: () => undefined,
  })
  onTestFinished(() => watch.stop())
  watch.start()
  return watch
}

const within = { timeout: 60_000 }

describe('the watch of incidents', () => {
  it('tells nobody of what was there when it first began, and of each that comes once, also over restarts', async () => {
    const [lake, dir] = [new FakeLake(), await folder()]
    const told: string[] = []
    lake.arrive('before')
    const first = watching(lake, dir, told)
    await vi.waitFor(() => expect(first.next).toBe(1), within)
    lake.arrive('a')
    lake.arrive('old', NOW - 7 * HOUR_MS)
    await vi.waitFor(() => expect(first.next).toBe(3), within)
    await first.stop()
    lake.arrive('while it was away')
    const second = watching(lake, dir, told)
    await vi.waitFor(() => expect(second.next).toBe(4), within)
    expect(told).toEqual(['a', 'while it was away'])
  })

  it('tells again what could not be noted', { timeout: 120_000 }, async () => {
    const [lake, dir] = [new FakeLake(), await folder()]
    const told: string[] = []
    let fails = true
    const watch = watching(lake, dir, told, () => fails)
    lake.arrive('a')
    await vi.waitFor(() => expect(lake.asked).toBeGreaterThan(0), within)
    fails = false
    await vi.waitFor(() => expect(told).toEqual(['a']), within)
    await vi.waitFor(() => expect(watch.next).toBe(1), within)
  })

  it('asks the lake nothing while other records come', async () => {
    const [lake, dir] = [new FakeLake(), await folder()]
    const told: string[] = []
    lake.arrive('before')
    const watch = watching(lake, dir, told)
    await vi.waitFor(() => expect(watch.next).toBe(1), within)
    const { asked } = lake
    lake.visible = 5_000
    await new Promise(done => setTimeout(done, 1_500))
    expect(lake.asked).toBe(asked)
    lake.arrive('a')
    await vi.waitFor(() => expect(told).toEqual(['a']), within)
  })
})
