import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../src/core/stream/index.ts'
import type { Stream } from '../../../src/core/stream/index.ts'
import { deviceFeed } from '../../../src/serve/workzones/device-feed.ts'
import { workZoneFeed } from '../../../src/serve/workzones/work-zone-feed.ts'
import { fieldDevicesOfFeed, workZonesOfFeed } from '../../../src/sources/workzones/index.ts'
import { fieldDevices } from '../../../src/streams/field-devices/index.ts'
import { workZones } from '../../../src/streams/work-zones/index.ts'
import { examples, isHere, schemaFaults } from '../../sources/workzones/wzdx-samples.ts'

const head = { publisher: 'Demo City', sourceId: 'arterial' }
const options = { nowMs: Date.UTC(2026, 5, 1) }

/** A line as silver has it. */
function silver(stream: Stream, line: object): Record<string, unknown> {
  const wire = line as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    columnsOf(stream.fields).map(({ name, field }) => {
      const value = wire[field]
      if (stream.fields[field]?.type === 'texts') return [name, value ?? []]
      return [
        name,
        stream.fields[field]?.type === 'json' && value !== undefined
          ? JSON.stringify(value)
          : (value ?? null),
      ]
    }),
  )
}

describe.skipIf(!isHere)('the examples of the specification', () => {
  it.each(examples('WorkZoneFeed'))(
    '%s goes out as it came in, by the schema of the standard',
    (_name, text) => {
      const { all } = workZonesOfFeed(text, options)
      const feed = workZoneFeed(
        all.map(line => silver(workZones, line)),
        head,
      )
      expect(schemaFaults('WorkZoneFeed', feed)).toEqual([])
      expect(workZonesOfFeed(feed, options).all).toEqual(all)
    },
  )

  it.each(examples('DeviceFeed'))(
    '%s goes out as it came in, by the schema of the standard',
    (_name, text) => {
      const { all } = fieldDevicesOfFeed(text, options)
      const feed = deviceFeed(
        all.map(line => silver(fieldDevices, line)),
        head,
      )
      expect(schemaFaults('DeviceFeed', feed)).toEqual([])
      expect(fieldDevicesOfFeed(feed, options).all).toEqual(all)
    },
  )

  it('and feeds of what others wrote, with little or nonsense in it, are by the schema too', () => {
    const row = silver(workZones, {
      work_zone_id: 'x',
      updated_at: '2026-05-01T00:00:00.000Z',
      event_type: 'work-zone',
      road_names: [],
      direction: 'unknown',
      starts_at: '2026-05-01T00:00:00.000Z',
      ends_at: '2026-05-02T00:00:00.000Z',
      geometry: { type: 'MultiPoint', coordinates: [[0, 0]] },
    })
    const nonsense = {
      ...row,
      lanes: '[{"order":0}]',
      restrictions: '[1]',
      related: '[{}]',
      types_of_work: ['digging', 'painting'],
      workers_present: false,
      details:
        '{"location_method":"guess","worker_presence":{"are_workers_present":true},"beginning_milepost":-1,"creation_date":"x"}',
    }
    const detour = { ...nonsense, event_type: 'detour' }
    expect(schemaFaults('WorkZoneFeed', workZoneFeed([row, nonsense, detour], head))).toEqual([])
    expect(schemaFaults('WorkZoneFeed', workZoneFeed([], head))).toEqual([])
    const device = silver(fieldDevices, {
      device_id: 'd',
      updated_at: '2026-05-01T00:00:00.000Z',
      device_type: 'traffic-sensor',
      latitude: 0,
      longitude: 0,
    })
    const camera = {
      ...device,
      device_type: 'camera',
      details: '{"core_details":{"has_automatic_location":"yes","milepost":"far"}}',
    }
    const feed = deviceFeed([device, camera], head)
    // A sensor that says no interval can't be told.
    expect(feed.features).toHaveLength(1)
    expect(schemaFaults('DeviceFeed', feed)).toEqual([])
  })
})
