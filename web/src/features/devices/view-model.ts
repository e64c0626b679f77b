import type { Glyph } from '../../map/overlay/glyphs.ts'
import { NO_OVERLAY, type Overlay } from '../../map/overlay/overlay.ts'
import type { DeviceRow } from './queries.ts'

const TYPES: Readonly<Record<string, { readonly words: string; readonly glyph: Glyph }>> = {
  'arrow-board': { words: 'Arrow board', glyph: 'arrow' },
  camera: { words: 'Camera', glyph: 'camera' },
  'dynamic-message-sign': { words: 'Message sign', glyph: 'message' },
  'flashing-beacon': { words: 'Flashing beacon', glyph: 'beacon' },
  'hybrid-sign': { words: 'Hybrid sign', glyph: 'message' },
  'location-marker': { words: 'Location marker', glyph: 'marker' },
  'traffic-sensor': { words: 'Traffic sensor', glyph: 'sensor' },
  'traffic-signal': { words: 'Traffic signal', glyph: 'signal' },
}

/** What a newer server calls by a name unknown here keeps that name. */
export function deviceType({ device_type: type }: Pick<DeviceRow, 'device_type'>): string {
  return TYPES[type]?.words ?? plain(type)
}

export function deviceGlyph({ device_type: type }: Pick<DeviceRow, 'device_type'>): Glyph {
  return TYPES[type]?.glyph ?? 'sensor'
}

export function deviceTitle({ name, device_id: id }: Pick<DeviceRow, 'name' | 'device_id'>): string {
  return name ?? id
}

export interface Health {
  readonly level: 'works' | 'warns' | 'fails' | 'unknown'
  readonly words: string
}

/** What the device says of itself. */
export function healthOf({ status }: Pick<DeviceRow, 'status'>): Health {
  switch (status) {
    case 'ok':
      return { level: 'works', words: 'works' }
    case 'warning':
      return { level: 'warns', words: 'works with a warning' }
    case 'error':
      return { level: 'fails', words: 'does not work' }
    default:
      return { level: 'unknown', words: 'does not say how it is' }
  }
}

/** The lines of a message as drivers read them. [nl] and [np] of MULTI (NTCIP 1203) begin a line and a page; its other tags only dress the text. */
export function messageLines({ details }: Pick<DeviceRow, 'details'>): string[] {
  const text = detail(details, 'message_multi_string')
  if (typeof text !== 'string') return []
  return text
    .split(/\[n[lp]\d*\]/i)
    .map(line =>
      line
        .replace(/\[\[|\]\]/g, bracket => bracket.slice(1))
        .replace(/\[[a-z][^\]]*\]/gi, '')
        .trim(),
    )
    .filter(line => line !== '')
}

export interface DeviceFact {
  readonly label: string
  readonly text: string
}

/** What it shows or measures, in words; parts that are no plain value are left to the interface. */
export function deviceFacts({ details, road_names: roads, device_id: id }: DeviceRow): DeviceFact[] {
  const own = Object.entries(typeof details === 'object' && details !== null ? details : {}).flatMap(
    ([name, value]): DeviceFact[] => {
      if (name === 'message_multi_string') return []
      if (typeof value === 'boolean') return [{ label: plain(name), text: value ? 'yes' : 'no' }]
      if (typeof value === 'number') return [{ label: plain(name), text: String(value) }]
      return typeof value === 'string' && value !== '' ? [{ label: plain(name), text: plain(value) }] : []
    },
  )
  const road = roads.length === 0 ? [] : [{ label: 'Road', text: roads.join(', ') }]
  return [...road, ...own, { label: 'Device', text: id }]
}

/** Those that are not withdrawn, by name. */
export function standing(devices: readonly DeviceRow[]): DeviceRow[] {
  return devices
    .filter(({ withdrawn }) => withdrawn !== true)
    .sort((a, b) => deviceTitle(a).localeCompare(deviceTitle(b)))
}

/** The layer of the map: the outline of a device that does not say that it works is broken. */
export function devicesOverlay(devices: readonly DeviceRow[]): Overlay {
  if (devices.length === 0) return NO_OVERLAY
  return {
    signs: devices.map(device => {
      const { level, words } = healthOf(device)
      const message = messageLines(device).join(' / ')
      return {
        kind: 'device',
        id: device.device_id,
        title: deviceTitle(device),
        lines: [`${deviceType(device)}, ${words}`, message].filter(line => line !== ''),
        at: [device.longitude, device.latitude],
        image: {
          shape: 'plate',
          glyph: deviceGlyph(device),
          look: level === 'works' || level === 'warns' ? 'active' : 'planned',
        },
      }
    }),
    paths: [],
    areas: [],
  }
}

function detail(details: unknown, name: string): unknown {
  return typeof details === 'object' && details !== null
    ? (details as Record<string, unknown>)[name]
    : undefined
}

/** "left-arrow-flashing" → "Left arrow flashing". */
function plain(name: string): string {
  const text = name.replace(/[-_]+/g, ' ').trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}
