import { z } from 'zod'
import { geometryFault, isPosition } from './geometry.ts'
import {
  DEVICE_STATUSES,
  DEVICE_TYPES,
  DIRECTIONS,
  VEHICLE_IMPACTS,
  WORK_ZONE_STATUSES,
  WORK_ZONE_TYPES,
} from './wzdx.ts'

/**
 * The feeds of the Work Zone Data Exchange 4.2 as far as they are checked: what the specification's JSON schemas demand of the
 * parts that are read or written. What they don't name is let through.
 */
const text = z.string()
const instant = z.iso.datetime({ offset: true, error: 'is no time; write 2026-07-04T19:30:00Z' })
const measure = z.number().min(0)
const positive = z.int().min(1)
const flag = z.boolean()
const accuracy = z.enum(['estimated', 'verified'])

export const RestrictionWzdx = z
  .looseObject({
    type: z.enum([
      'no-trucks',
      'travel-peak-hours-only',
      'hov-3',
      'hov-2',
      'no-parking',
      'reduced-width',
      'reduced-height',
      'reduced-length',
      'reduced-weight',
      'axle-load-limit',
      'gross-weight-limit',
      'towing-prohibited',
      'permitted-oversize-loads-prohibited',
      'local-access-only',
      'no-passing',
    ]),
    value: z.number().optional(),
    unit: z.enum(['feet', 'inches', 'centimeters', 'pounds', 'tons', 'kilograms']).optional(),
  })
  .refine(({ value, unit }) => value === undefined || unit !== undefined, {
    path: ['unit'],
    error: 'is missing; a value needs its unit',
  })

export const LaneWzdx = z.looseObject({
  order: positive,
  status: z.enum([
    'open',
    'closed',
    'shift-left',
    'shift-right',
    'merge-left',
    'merge-right',
    'alternating-flow',
  ]),
  type: z.enum([
    'general',
    'exit-lane',
    'exit-ramp',
    'entrance-lane',
    'entrance-ramp',
    'sidewalk',
    'bike-lane',
    'shoulder',
    'parking',
    'median',
    'two-way-center-turn-lane',
    'center-left-turn-lane',
  ]),
  lane_number: positive.optional(),
  restrictions: z.array(RestrictionWzdx).optional(),
})

export const RelatedWzdx = z.looseObject({
  type: z.enum([
    'first-in-sequence',
    'next-in-sequence',
    'first-occurrence',
    'next-occurrence',
    'related-work-zone',
    'related-detour',
    'planned-moving-operation',
    'active-moving-operation',
  ]),
  id: text,
})

export const TypeOfWorkWzdx = z.looseObject({
  type_name: z.enum([
    'maintenance',
    'minor-road-defect-repair',
    'roadside-work',
    'overhead-work',
    'below-road-work',
    'barrier-work',
    'surface-work',
    'painting',
    'roadway-relocation',
    'roadway-creation',
  ]),
  is_architectural_change: flag.optional(),
})

export const WorkerPresenceWzdx = z.looseObject({
  are_workers_present: flag,
  method: z
    .enum([
      'camera-monitoring',
      'arrow-board-present',
      'cones-present',
      'maintenance-vehicle-present',
      'wearables-present',
      'mobile-device-present',
      'check-in-app',
      'check-in-verbal',
      'scheduled',
    ])
    .optional(),
  worker_presence_last_confirmed_date: instant.optional(),
  confidence: z.enum(['low', 'medium', 'high']).optional(),
  definition: z
    .array(
      z.enum([
        'workers-in-work-zone-working',
        'workers-in-work-zone-not-working',
        'mobile-equipment-in-work-zone-moving',
        'mobile-equipment-in-work-zone-not-moving',
        'fixed-equipment-in-work-zone',
        'humans-behind-barrier',
        'humans-in-right-of-way',
      ]),
    )
    .refine(list => new Set(list).size === list.length, { error: 'names one twice; name each once' })
    .optional(),
})

const CoreDetails = z.looseObject({
  data_source_id: text,
  event_type: z.enum(['work-zone', 'detour'], {
    error: 'wants work-zone or detour; other feeds of the exchange are not taken',
  }),
  road_names: z.array(text).min(1),
  direction: z.enum(DIRECTIONS),
  name: text.optional(),
  description: text.optional(),
  creation_date: instant.optional(),
  update_date: instant.optional(),
  related_road_events: z.array(RelatedWzdx).optional(),
})

/** Beside the core: what a feature may say without the lake having a field of its own for it. */
export const BesidesWzdx = {
  beginning_cross_street: text,
  ending_cross_street: text,
  beginning_milepost: measure,
  ending_milepost: measure,
  is_start_position_verified: flag,
  is_end_position_verified: flag,
  location_method: z.enum(['channel-device-method', 'sign-method', 'junction-method', 'other', 'unknown']),
  impacted_cds_curb_zones: z.array(
    z.looseObject({ cds_curb_zone_ids: z.array(text), cds_curbs_api_url: z.url() }),
  ),
  beginning_accuracy: accuracy,
  ending_accuracy: accuracy,
} as const

const both = {
  core_details: CoreDetails,
  start_date: instant,
  end_date: instant,
  is_start_date_verified: flag.optional(),
  is_end_date_verified: flag.optional(),
  start_date_accuracy: accuracy.optional(),
  end_date_accuracy: accuracy.optional(),
  event_status: z.enum(WORK_ZONE_STATUSES).optional(),
}

const besides = z.object(BesidesWzdx).partial().shape

/** Each of these must be said in its new or in its old form. */
const EITHER = [
  ['is_start_date_verified', 'start_date_accuracy'],
  ['is_end_date_verified', 'end_date_accuracy'],
  ['is_start_position_verified', 'beginning_accuracy'],
  ['is_end_position_verified', 'ending_accuracy'],
] as const

function eitherOf(count: number) {
  return (context: { value: Readonly<Record<string, unknown>>; issues: z.core.$ZodRawIssue[] }) => {
    for (const [now, before] of EITHER.slice(0, count)) {
      if (context.value[now] !== undefined || context.value[before] !== undefined) continue
      context.issues.push({
        code: 'custom',
        path: [now],
        message: 'is missing; say true or false',
        input: undefined,
      })
    }
  }
}

const DetourProperties = z.looseObject({ ...both, ...besides }).check(eitherOf(2))

const WorkZoneProperties = z
  .looseObject({
    ...both,
    ...besides,
    location_method: BesidesWzdx.location_method,
    vehicle_impact: z.enum(VEHICLE_IMPACTS),
    work_zone_type: z.enum(WORK_ZONE_TYPES).optional(),
    worker_presence: WorkerPresenceWzdx.optional(),
    reduced_speed_limit_kph: measure.max(250).optional(),
    restrictions: z.array(RestrictionWzdx).optional(),
    types_of_work: z.array(TypeOfWorkWzdx).optional(),
    lanes: z.array(LaneWzdx).optional(),
  })
  .check(eitherOf(4))

const Way = z.unknown().check(context => {
  const fault = geometryFault(context.value, ['LineString', 'MultiPoint'])
  if (fault !== null)
    context.issues.push({
      code: 'custom',
      message: `${fault}; give its way as [longitude, latitude] pairs`,
      input: context.value,
    })
})

const Point = z.looseObject({ type: z.literal('Point'), coordinates: z.unknown() }).check(context => {
  const { coordinates } = context.value
  if (!isPosition(coordinates))
    context.issues.push({
      code: 'custom',
      path: ['coordinates'],
      message: 'is no [longitude, latitude] in degrees; swap or correct them',
      input: coordinates,
    })
})

const feature = { id: text.min(1), type: z.literal('Feature'), bbox: z.array(z.number()).min(4).optional() }

export const WorkZoneFeature = z.looseObject({ ...feature, properties: WorkZoneProperties, geometry: Way })
export const DetourFeature = z.looseObject({ ...feature, properties: DetourProperties, geometry: Way })
export type WorkZoneFeature = z.infer<typeof WorkZoneFeature>
export type DetourFeature = z.infer<typeof DetourFeature>

/** By type of device: what it must say beside its core. */
export const DEVICE_DEMANDS = {
  'arrow-board': z.looseObject({
    pattern: z.enum([
      'bidirectional-arrow-flashing',
      'bidirectional-arrow-static',
      'blank',
      'diamonds-alternating',
      'four-corners-flashing',
      'left-arrow-flashing',
      'left-arrow-sequential',
      'left-arrow-static',
      'left-chevron-flashing',
      'left-chevron-sequential',
      'left-chevron-static',
      'line-flashing',
      'right-arrow-flashing',
      'right-arrow-sequential',
      'right-arrow-static',
      'right-chevron-flashing',
      'right-chevron-sequential',
      'right-chevron-static',
      'unknown',
    ]),
    is_in_transport_position: flag.optional(),
  }),
  camera: z
    .looseObject({ image_url: z.url().optional(), image_timestamp: instant.optional() })
    .refine(camera => camera.image_url === undefined || camera.image_timestamp !== undefined, {
      path: ['image_timestamp'],
      error: 'is missing; a picture needs its time',
    }),
  'dynamic-message-sign': z.looseObject({ message_multi_string: text }),
  'flashing-beacon': z.looseObject({
    function: z.enum(['vehicle-entering', 'queue-warning', 'reduced-speed', 'workers-present']),
    is_flashing: flag.optional(),
    sign_text: text.optional(),
  }),
  'hybrid-sign': z.looseObject({
    dynamic_message_function: z.enum(['speed-limit', 'travel-time', 'other']),
    dynamic_message_text: text.optional(),
    static_sign_text: text.optional(),
  }),
  'location-marker': z.looseObject({
    marked_locations: z
      .array(
        z.looseObject({
          type: z.enum([
            'afad',
            'delineator',
            'flagger',
            'lane-shift',
            'lane-closure',
            'personal-device',
            'temporary-traffic-signal',
            'ramp-closure',
            'road-closure',
            'road-event-start',
            'road-event-end',
            'work-truck-with-lights-flashing',
            'work-zone-start',
            'work-zone-end',
          ]),
          road_event_id: text.optional(),
        }),
      )
      .min(1),
  }),
  'traffic-sensor': z.looseObject({
    collection_interval_start_date: instant,
    collection_interval_end_date: instant,
    average_speed_kph: measure.optional(),
    volume_vph: measure.optional(),
    occupancy_percent: measure.optional(),
    lane_data: z
      .array(
        z.looseObject({
          lane_order: positive,
          road_event_id: text.optional(),
          average_speed_kph: measure.optional(),
          volume_vph: measure.optional(),
          occupancy_percent: measure.optional(),
        }),
      )
      .optional(),
  }),
  'traffic-signal': z.looseObject({
    mode: z.enum([
      'blank',
      'flashing-red',
      'flashing-yellow',
      'fully-actuated',
      'manual',
      'pre-timed',
      'semi-actuated',
      'unknown',
    ]),
  }),
} as const satisfies Record<(typeof DEVICE_TYPES)[number], z.ZodType>

/** Of the core, beside what the lake has fields for. */
export const DeviceCoreBesides = {
  road_direction: z.enum(DIRECTIONS),
  description: text,
  status_messages: z.array(text),
  is_moving: flag,
  road_event_ids: z.array(text),
  milepost: z.number(),
  make: text,
  model: text,
  serial_number: text,
  firmware_version: text,
  velocity_kph: z.number(),
} as const

export const DeviceFeature = z.looseObject({
  ...feature,
  properties: z.looseObject({
    core_details: z.looseObject({
      device_type: z.enum(DEVICE_TYPES),
      data_source_id: text,
      device_status: z.enum(DEVICE_STATUSES),
      update_date: instant,
      has_automatic_location: flag,
      road_names: z.array(text).min(1).optional(),
      name: text.optional(),
      ...z.object(DeviceCoreBesides).partial().shape,
    }),
  }),
  geometry: Point,
})
export type DeviceFeature = z.infer<typeof DeviceFeature>

export const FeedInfo = z.looseObject({
  publisher: text,
  update_date: instant,
  version: text.regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)$/, { error: 'is no version; write 4.2' }),
  data_sources: z
    .array(z.looseObject({ data_source_id: text, organization_name: text, update_date: instant.optional() }))
    .min(1),
})
export type FeedInfo = z.infer<typeof FeedInfo>
