import { describe, expect, it } from 'vitest'
import { DEVICE_DEMANDS } from '../../../../src/core/schema/wzdx-feed.ts'
import { calendarOf, localWeekAt } from '../../../../src/sources/simulator/calendar/index.ts'
import { deviceFeed } from '../../../../src/sources/simulator/streams/calendar-feeds.ts'
import { devicesOf } from '../../../../src/sources/simulator/streams/field-devices.ts'
import { offset, simulation } from '../fixture.ts'

const DAY_MS = 86_400_000
const JUNE = Date.parse('2026-06-16T16:00:00Z')
const calendar = calendarOf(simulation().city, offset)
const works = [0, 1].flatMap(more => calendar.week(localWeekAt(JUNE, offset) + more).zones)

type Said = Record<string, unknown> & { readonly device_type: keyof typeof DEVICE_DEMANDS }

describe('devices beside roadworks', () => {
  it('stand where works take a lane, and not along a detour', () => {
    const counts = works.map(zone => [zone.eventType, devicesOf(zone).length])
    expect(new Set(counts.map(String))).toEqual(new Set(['work-zone,3', 'detour,0']))
  })

  it('come when the works begin, say so when they take longer, and go when they end', () => {
    const bridges = works.filter(({ id }) => id.includes('BRIDGE'))
    // Every other bridge takes a day longer than announced.
    const lengths = bridges.map(({ versions }) => versions.length).sort()
    expect(lengths).toEqual([3, 4])
    for (const bridge of bridges) {
      const [arrow, sign] = devicesOf(bridge)
      const [, begun, ...later] = bridge.versions.map(({ atMs }) => atMs)
      expect(arrow?.versions.map(({ atMs, isGone }) => [atMs, isGone])).toEqual([
        [begun, false],
        [later.at(-1), true],
      ])
      expect(sign?.versions.map(({ atMs }) => atMs)).toEqual([begun, ...later])
    }
  })

  it('say what the standard demands of their type', () => {
    const said = deviceFeed(calendar, offset)
      .between(JUNE - 14 * DAY_MS, JUNE + 14 * DAY_MS, false)
      .map(({ record }) => record as Said)
    expect(new Set(said.map(({ device_type }) => device_type)).size).toBe(3)
    for (const { device_type, details } of said) DEVICE_DEMANDS[device_type].parse(details)
    expect(said.some(({ withdrawn }) => withdrawn === true)).toBe(true)
  })
})
