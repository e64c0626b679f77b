import { DEVICE_DEMANDS, DeviceFeature } from '../../core/schema/wzdx-feed.ts'
import { tellIssues } from './read-feed.ts'
import { compact, plain, readFeatures, updatedAt } from './work-zones-of-feed.ts'
import type { FeatureContext, FeedOptions, FeedReading } from './work-zones-of-feed.ts'

/** A line of the stream `field-devices`, by its names on the wire. */
export interface FieldDeviceLine {
  readonly device_id: string
  readonly updated_at: string
  readonly device_type: string
  readonly name?: string
  readonly status: string
  readonly road_names?: readonly string[]
  readonly latitude: number
  readonly longitude: number
  readonly details: unknown
  readonly withdrawn?: true
}

/** The devices of a WZDx DeviceFeed (4.0 to 4.2). Pure; a device that breaks the standard is refused, the others are taken. */
export function fieldDevicesOfFeed(
  json: string | object,
  options: FeedOptions<FieldDeviceLine>,
): FeedReading<FieldDeviceLine> {
  return readFeatures(json, options, deviceLine, { idOf: ({ device_id }) => device_id, isOver: () => false })
}

function deviceLine(
  feature: unknown,
  { idPrefix, nowMs, index, root, tell }: FeatureContext,
): FieldDeviceLine | null {
  const parsed = DeviceFeature.safeParse(feature)
  if (!parsed.success) {
    tellIssues(parsed.error, ['features', index], root, tell)
    return null
  }
  const { id, properties, geometry } = parsed.data
  const { core_details: core, ...own } = properties
  const demands = DEVICE_DEMANDS[core.device_type].safeParse(own)
  if (!demands.success) {
    tellIssues(demands.error, ['features', index, 'properties'], root, tell)
    return null
  }
  const { device_type, name, device_status, road_names, update_date, ...rest } = core
  const [longitude, latitude] = geometry.coordinates as [number, number]
  return compact({
    device_id: `${idPrefix}${id}`,
    updated_at: updatedAt([update_date], nowMs),
    device_type,
    name: plain(name),
    status: device_status,
    road_names: road_names?.map(road => plain(road) ?? 'unnamed'),
    latitude,
    longitude,
    // The core's own beside what the type of device says.
    details: { ...own, core_details: rest },
  })
}
