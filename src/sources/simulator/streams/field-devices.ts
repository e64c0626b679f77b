import type { WorkZone } from '../calendar/index.ts'
import type { Dated } from './feed.ts'
import { instant, round } from './feed.ts'

/** How a device is, from an instant on. */
export interface DeviceVersion {
  readonly atMs: number
  readonly details: Readonly<Record<string, unknown>>
  readonly isGone: boolean
}

/** What stands beside roadworks, in the words of WZDx 4.2. */
export interface FieldDevice {
  readonly id: string
  readonly type: 'arrow-board' | 'dynamic-message-sign' | 'flashing-beacon'
  readonly name: string
  readonly road: string
  readonly longitude: number
  readonly latitude: number
  readonly versions: readonly DeviceVersion[]
}

/** How far before the works the sign stands and how far behind their beginning the beacon, as shares of their way. */
const SIGN_AHEAD = -0.25
const BEACON_AT = 0.5

/**
 * Of works that take a lane: an arrow board where they begin, a sign before them that says until when, and a beacon among the workers.
 * A detour and works that take no lane have none.
 */
export function devicesOf(zone: WorkZone): FieldDevice[] {
  if (zone.eventType !== 'work-zone' || zone.lanesClosed === 0) return []
  const lasting = zone.versions.filter(({ status }) => status === 'active')
  const end = zone.versions.find(({ status }) => status === 'completed')
  const device = (
    type: FieldDevice['type'],
    key: string,
    name: string,
    share: number,
    details: (endsAtMs: number) => DeviceVersion['details'],
  ): FieldDevice => {
    const own = lasting.map(({ atMs, endsAtMs }) => ({ atMs, details: details(endsAtMs), isGone: false }))
    const last = own.at(-1)
    const gone = end === undefined || last === undefined ? [] : [{ ...last, atMs: end.atMs, isGone: true }]
    return {
      id: zone.id.replace('WZ-', `${key}-`),
      ...{ type, name: `${name}, ${zone.road.name}`, road: zone.road.name, ...placeAlong(zone, share) },
      // A prolongation changes the sign alone.
      versions: [...own.filter((_, i) => i === 0 || type === 'dynamic-message-sign'), ...gone],
    }
  }
  const alternating = zone.vehicleImpact === 'alternating-one-way'
  return [
    device('arrow-board', 'ARROW', 'Arrow board', 0, () => ({
      pattern: alternating ? 'four-corners-flashing' : 'left-arrow-flashing',
      is_in_transport_position: false,
    })),
    device('dynamic-message-sign', 'SIGN', 'Message sign', SIGN_AHEAD, endsAtMs => ({
      message_multi_string: `ROAD WORK AHEAD[nl]${alternating ? 'ONE WAY AT A TIME' : 'RIGHT LANE CLOSED'}[nl]UNTIL ${instant(endsAtMs).slice(0, 10)}`,
    })),
    device('flashing-beacon', 'BEACON', 'Beacon', BEACON_AT, () => ({
      function: 'workers-present',
      is_flashing: true,
    })),
  ]
}

export function deviceRecord(device: FieldDevice, { atMs, details, isGone }: DeviceVersion): Dated {
  return {
    atMs,
    record: {
      device_id: device.id,
      updated_at: instant(atMs),
      device_type: device.type,
      name: device.name,
      status: 'ok',
      road_names: [device.road],
      latitude: device.latitude,
      longitude: device.longitude,
      details: { ...details, core_details: { has_automatic_location: true, data_source_id: 'simulator' } },
      ...(isGone ? { withdrawn: true } : {}),
    },
  }
}

/** A share of the way from the first point of the works to the last, as the crow flies. */
function placeAlong({ road: { coordinates } }: WorkZone, share: number) {
  const [first, last] = [coordinates[0] ?? [0, 0], coordinates.at(-1) ?? [0, 0]]
  const along = (axis: 0 | 1, most: number) =>
    Math.max(-most, Math.min(most, round(first[axis] + share * (last[axis] - first[axis]), 6)))
  return { longitude: along(0, 180), latitude: along(1, 90) }
}
