import { z } from 'zod'
import { DEVICE_DEMANDS, DeviceCoreBesides } from '../../core/schema/wzdx-feed.ts'
import { DEVICE_TYPES } from '../../core/schema/wzdx.ts'
import { feedHead } from './feed-head.ts'
import type { Feed, FeedHead, SilverRow } from './feed-head.ts'
import { objectOf } from './work-zone-feed.ts'

const Core = z.looseObject({
  has_automatic_location: z.boolean().catch(false),
  data_source_id: z.string().optional().catch(undefined),
})

/**
 * Rows of `silver.field_devices` as a WZDx 4.2 DeviceFeed. A device of which nobody said what the standard demands of its type
 * (e.g. a message sign's message) can't be told in it and is left out.
 */
export function deviceFeed(rows: readonly SilverRow[], head: FeedHead): Feed {
  const told = rows.flatMap(row => {
    const feature = featureOf(row, head)
    return feature === null ? [] : [{ row, feature }]
  })
  return {
    ...feedHead(
      told.map(({ row }) => row),
      head,
      row => coreOf(row).data_source_id ?? head.sourceId,
    ),
    type: 'FeatureCollection',
    features: told.map(({ feature }) => feature),
  }
}

function coreOf(row: SilverRow): z.infer<typeof Core> {
  return Core.parse(objectOf(objectOf(row['details'])['core_details']))
}

function featureOf(row: SilverRow, head: FeedHead): unknown {
  const type = DEVICE_TYPES.find(known => known === row['device_type'])
  if (type === undefined) return null
  const details = objectOf(row['details'])
  const own = Object.fromEntries(Object.entries(details).filter(([name]) => name !== 'core_details'))
  const demands = DEVICE_DEMANDS[type].safeParse(own)
  if (!demands.success) return null
  const core = coreOf(row)
  const roads = row['road_names']
  const besides = Object.entries(DeviceCoreBesides).flatMap(([name, schema]) =>
    core[name] !== undefined && schema.safeParse(core[name]).success ? [[name, core[name]] as const] : [],
  )
  return {
    id: row['device_id'],
    type: 'Feature',
    properties: {
      core_details: {
        device_type: type,
        data_source_id: core.data_source_id ?? head.sourceId,
        device_status: row['status'] ?? 'unknown',
        update_date: row['updated_at'],
        has_automatic_location: core.has_automatic_location,
        ...(typeof row['name'] === 'string' ? { name: row['name'] } : {}),
        ...(Array.isArray(roads) && roads.length > 0 ? { road_names: roads as readonly unknown[] } : {}),
        ...Object.fromEntries(besides),
      },
      ...demands.data,
    },
    geometry: { type: 'Point', coordinates: [row['longitude'], row['latitude']] },
  }
}
