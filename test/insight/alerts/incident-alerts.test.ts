import { describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../src/core/time/spans.ts'
import { incidentAlerts } from '../../../src/insight/alerts/index.ts'
import type { AlertMemory, IncidentAlert, IncidentRule } from '../../../src/insight/alerts/index.ts'
import { placeOf } from '../../../src/insight/incidents/index.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const at = (ms: number) => new Date(ms).toISOString()
const rule = (name: string, over: Partial<IncidentRule> = {}): IncidentRule => ({
  name,
  types: null,
  severity: null,
  communities: null,
  quadrants: null,
  circle: null,
  polygon: null,
  ...over,
})
const place = placeOf({ communities: [], signals: [] })

interface Report {
  readonly id: string
  readonly description?: string
  readonly startedMs?: number
  readonly updatedMs?: number
  readonly arrivedMs?: number
  readonly latitude?: number
  readonly withdrawn?: boolean
}

/** Steps reports as they arrive, and says what was told. */
class Watch {
  memory: AlertMemory | null = null
  position = 100
  rules: readonly IncidentRule[] = [rule('all')]
  quietBelow = 100

  arrive(report: Report): string[] {
    const { id, description = 'Stalled vehicle.', startedMs = NOW - HOUR_MS, arrivedMs = NOW } = report
    const { updatedMs = startedMs, latitude = 51, withdrawn = false } = report
    const follower = incidentAlerts({ rules: this.rules, maxAgeHours: 6, place }, this.quietBelow)
    const values = {
      incident_id: id,
      title: '16 Avenue NE',
      description,
      started_at: at(startedMs),
      updated_at: at(updatedMs),
      arrived_at: at(arrivedMs),
      ...{ latitude, longitude: -114, withdrawn },
    }
    // What is remembered has to survive being saved.
    const memory = JSON.parse(JSON.stringify(this.memory ?? follower.start)) as AlertMemory
    const { state, lines } = follower.step(memory, { stream: 'incidents', position: this.position++, values })
    this.memory = state
    return (lines as IncidentAlert[]).map(
      ({ rule: name, change, incident }) => `${name}: ${change} ${incident.incidentId} ${incident.severity}`,
    )
  }
}

describe('alerts of incidents', () => {
  it('tell each rule of a new incident once, however often it is reported', () => {
    const watch = new Watch()
    watch.rules = [rule('all'), rule('bad', { severity: 'severe' }), rule('stalled', { types: ['stalled'] })]
    expect(watch.arrive({ id: 'a' })).toEqual(['all: new a minor', 'stalled: new a minor'])
    expect(watch.arrive({ id: 'a' })).toEqual([])
    expect(
      watch.arrive({ id: 'a', updatedMs: NOW, description: 'Stalled vehicle. Crews are there' }),
    ).toEqual([])
    expect(watch.arrive({ id: 'b', latitude: 51.1 })).toEqual(['all: new b minor', 'stalled: new b minor'])
  })

  it('tell of a worse severity again, marked, and never of a lesser one', () => {
    const watch = new Watch()
    watch.rules = [rule('all'), rule('bad', { severity: 'moderate' })]
    watch.arrive({ id: 'a' })
    const worse = {
      id: 'a',
      updatedMs: NOW - MINUTE_MS,
      description: 'Stalled vehicle. Blocking the left lane',
    }
    expect(watch.arrive(worse)).toEqual(['all: raised a moderate', 'bad: new a moderate'])
    expect(watch.arrive({ id: 'a', updatedMs: NOW })).toEqual([])
    expect(watch.arrive({ ...worse, updatedMs: NOW + MINUTE_MS })).toEqual([])
  })

  it('take an older version that comes late for what it is', () => {
    const watch = new Watch()
    watch.arrive({ id: 'a', updatedMs: NOW })
    const older = { id: 'a', updatedMs: NOW - MINUTE_MS, description: 'Incident involving a pedestrian.' }
    expect(watch.arrive(older)).toEqual([])
  })

  it('take a re-post, the same second within 3 km, for the same event', () => {
    const watch = new Watch()
    watch.arrive({ id: 'a' })
    expect(watch.arrive({ id: 'b', latitude: 51.02 })).toEqual([])
    expect(watch.arrive({ id: 'noid/x', latitude: 51.0001 })).toEqual([])
    expect(watch.arrive({ id: 'c', latitude: 51.05 })).toEqual(['all: new c minor'])
    expect(watch.arrive({ id: 'd', startedMs: NOW - HOUR_MS + 1000 })).toEqual(['all: new d minor'])
    const worse = { id: 'b', latitude: 51.02, description: 'Two vehicle incident.' }
    expect(watch.arrive({ ...worse, updatedMs: NOW })).toEqual(['all: raised b moderate'])
  })

  it('say nothing of what began too long before it arrived', () => {
    const watch = new Watch()
    expect(watch.arrive({ id: 'a', startedMs: NOW - 6 * HOUR_MS - 1000 })).toEqual([])
    expect(watch.arrive({ id: 'b', startedMs: NOW - 6 * HOUR_MS })).toEqual(['all: new b minor'])
  })

  it('say nothing of what was there before they began, and know it afterwards', () => {
    const watch = new Watch()
    watch.quietBelow = 101
    expect(watch.arrive({ id: 'a' })).toEqual([])
    expect(watch.arrive({ id: 'a', updatedMs: NOW })).toEqual([])
    expect(watch.arrive({ id: 'b', latitude: 51.1 })).toEqual(['all: new b minor'])
    const worse = { id: 'a', updatedMs: NOW + 1, description: 'Two vehicle incident.' }
    expect(watch.arrive(worse)).toEqual(['all: raised a moderate'])
  })

  it('tell a rule that was added of nothing that was there before it', () => {
    const watch = new Watch()
    watch.arrive({ id: 'a' })
    watch.rules = [rule('all'), rule('added')]
    expect(watch.arrive({ id: 'a', updatedMs: NOW })).toEqual([])
    expect(watch.arrive({ id: 'b', latitude: 51.1 })).toEqual(['all: new b minor', 'added: new b minor'])
  })

  it('say nothing of a withdrawal', () => {
    const watch = new Watch()
    expect(watch.arrive({ id: 'a', withdrawn: true })).toEqual([])
  })

  it('have ids that are the same when they are said again', () => {
    const ids = [new Watch(), new Watch()].map(watch => {
      watch.arrive({ id: 'x', latitude: 51.2 })
      const follower = incidentAlerts({ rules: watch.rules, maxAgeHours: 6, place }, 0)
      const values = { incident_id: 'a', started_at: at(NOW), updated_at: at(NOW), arrived_at: at(NOW) }
      const row = { stream: 'incidents', position: 200, values: { ...values, latitude: 51, longitude: -114 } }
      return (follower.step(watch.memory ?? follower.start, row).lines as IncidentAlert[])[0]?.alertId
    })
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(ids[0]).toBe(ids[1])
  })

  it('remember no more than the hours that count', () => {
    const watch = new Watch()
    for (let hour = 0; hour < 100; hour++) {
      const ms = NOW + hour * HOUR_MS
      watch.arrive({ id: `i${hour}`, startedMs: ms, arrivedMs: ms })
    }
    expect(watch.memory?.events.length).toBeLessThan(40)
  })
})
