/** Words of the Work Zone Data Exchange 4.2 (2023) that the streams, the feeds in and the feeds out share. */
export const DIRECTIONS = [
  'northbound',
  'eastbound',
  'southbound',
  'westbound',
  'undefined',
  'unknown',
  'inner-loop',
  'outer-loop',
] as const

export const VEHICLE_IMPACTS = [
  'all-lanes-closed',
  'some-lanes-closed',
  'all-lanes-open',
  'alternating-one-way',
  'some-lanes-closed-merge-left',
  'some-lanes-closed-merge-right',
  'all-lanes-open-shift-left',
  'all-lanes-open-shift-right',
  'some-lanes-closed-split',
  'flagging',
  'temporary-traffic-signal',
  'unknown',
] as const

export const WORK_ZONE_STATUSES = ['planned', 'pending', 'active', 'completed', 'cancelled'] as const
export const WORK_ZONE_TYPES = ['static', 'moving', 'planned-moving-area'] as const

export const DEVICE_TYPES = [
  'arrow-board',
  'camera',
  'dynamic-message-sign',
  'flashing-beacon',
  'hybrid-sign',
  'location-marker',
  'traffic-sensor',
  'traffic-signal',
] as const

export const DEVICE_STATUSES = ['ok', 'warning', 'error', 'unknown'] as const
